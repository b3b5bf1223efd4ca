//! Actions of probes and hooks (`pkg/apis/core/validation/validation.go`, validateHandler).

use super::node::{FieldNode, Report};
use crate::api::{go, names};
use serde_json::Value;

/// Validates that a probe or hook has exactly one action.
pub(super) fn one(at: &FieldNode<'_, '_>, grace_period: Option<i64>, report: &mut Report) {
    let mut found = false;
    for name in ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] {
        let action = at.field(name);
        if !action.is_set() {
            continue;
        }
        if std::mem::replace(&mut found, true) {
            report.forbidden(&action, "may not specify more than 1 handler type");
            continue;
        }
        match name {
            "exec" => {
                if action.field("command").len() == 0 {
                    report.required(&action.field("command"), "");
                }
            }
            "httpGet" => http_get(&action, report),
            "sleep" => {
                let seconds = action.field("seconds").int().unwrap_or(0);
                if let Some(period) = grace_period.filter(|period| seconds < 0 || seconds > *period)
                {
                    let detail = format!(
                        "must be non-negative and less than terminationGracePeriodSeconds ({period})"
                    );
                    report.invalid_value(&action, &seconds.to_string(), &detail);
                }
            }
            _ => port_number_or_name(&action.field("port"), report),
        }
    }
    if !found {
        report.required(at, "must specify a handler type");
    }
}

fn http_get(action: &FieldNode<'_, '_>, report: &mut Report) {
    report.not_empty(&action.field("path"));
    port_number_or_name(&action.field("port"), report);
    report.optional_one_of(&action.field("scheme"), &["HTTP", "HTTPS"]);
    let headers = action.field("httpHeaders");
    headers.each(|_, header| {
        let name = header.field("name").text();
        for complaint in names::http_header(name) {
            report.invalid_value(&headers, &go::quote(name), &complaint);
        }
    });
}

/// Validates a port number or the name of a container port.
pub(super) fn port_number_or_name(at: &FieldNode<'_, '_>, report: &mut Report) {
    match at.value {
        Value::String(name) => report.complaints(at, &names::port_name(name)),
        value => {
            let number = value.as_i64().unwrap_or(0);
            for complaint in names::port_number(number) {
                report.invalid_value(at, &number.to_string(), &complaint);
            }
        }
    }
}
