//! Descriptions of ConfigMaps, Secrets and ServiceAccounts.

use serde_json::Value;

use super::header;
use super::page::Description;
use crate::api::base64;
use crate::api::look::{Look, pairs};

pub(super) fn config_map(page: &mut Description, map: &Value) {
    header(page, map);
    page.line(0, "\nData\n====");
    for (key, value) in pairs(map.map("data")) {
        page.line(0, &format!("{key}:\n----\n{value}\n"));
    }
    page.line(0, "\nBinaryData\n====");
    for (key, value) in pairs(map.map("binaryData")) {
        page.line(0, &format!("{key}: {} bytes", decoded_length(value)));
    }
    page.line(0, "");
}

pub(super) fn secret(page: &mut Description, secret: &Value) {
    header(page, secret);
    page.line(0, &format!("\nType:\t{}", secret.text("type")));
    page.line(0, "\nData\n====");
    for (key, value) in pairs(secret.map("data")) {
        page.field(0, key, &format!("{} bytes", decoded_length(value)));
    }
}

/// Without the counts of Secrets and tokens since 1.35 (`staging/src/k8s.io/kubectl/pkg/describe/describe.go`,
/// describeServiceAccount).
pub(super) fn service_account(page: &mut Description, account: &Value) {
    header(page, account);
    let secrets = account.list("imagePullSecrets").iter();
    let names: Vec<&str> = secrets.map(|secret| secret.text("name")).collect();
    let first = names.first().copied().unwrap_or("<none>");
    page.line(0, &format!("Image pull secrets:\t{first}"));
    for name in names.iter().skip(1) {
        page.line(0, &format!("                   \t{name}"));
    }
}

/// The decoded length of a base64 text.
fn decoded_length(text: &str) -> usize {
    base64::decode(text).map_or(0, |bytes| bytes.len())
}
