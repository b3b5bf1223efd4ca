//! Descriptions of ConfigMaps and Secrets.

use serde_json::Value;

use super::header;
use super::page::Page;
use crate::api::base64;
use crate::api::look::{Look, pairs};

pub(super) fn config_map(page: &mut Page, map: &Value) {
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

pub(super) fn secret(page: &mut Page, secret: &Value) {
    header(page, secret);
    page.line(0, &format!("\nType:\t{}", secret.text("type")));
    page.line(0, "\nData\n====");
    for (key, value) in pairs(secret.map("data")) {
        page.field(0, key, &format!("{} bytes", decoded_length(value)));
    }
}

/// How many bytes a text in base64 stands for.
fn decoded_length(text: &str) -> usize {
    base64::decode(text).map_or(0, |bytes| bytes.len())
}
