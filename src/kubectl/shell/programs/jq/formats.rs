//! How jq prints values: `@tsv` and the like, and sorted keys.

use super::eval::{Stop, error, shown};
use super::functions::to_string;
use super::json::{self, Json};
use crate::api::base64;
use std::rc::Rc;

/// The value with the fields of all objects in order.
pub fn with_sorted_keys(value: &Json) -> Json {
    match value {
        Json::List(items) => Json::list(items.iter().map(with_sorted_keys).collect()),
        Json::Fields(fields) => {
            let fields = json::sorted(fields).into_iter();
            let fields = fields.map(|(name, value)| (name.clone(), with_sorted_keys(value)));
            Json::Fields(Rc::new(fields.collect()))
        }
        other => other.clone(),
    }
}

/// `@tsv` and the like.
pub fn format(name: &str, input: &Json) -> Result<Json, Stop> {
    let text = match name {
        "@json" => input.compact(),
        "@text" => to_string(input),
        "@base64" => base64::encode(to_string(input).as_bytes()),
        "@base64d" => {
            let bytes = base64::decode(&to_string(input)).ok();
            match bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()) {
                Some(text) => text,
                None => return error(format!("{} is not valid base64 data", shown(input))),
            }
        }
        name => {
            let Json::List(items) = input else {
                let kind = name.trim_start_matches('@');
                return error(format!(
                    "{} cannot be {kind}-formatted, only an array can be",
                    shown(input)
                ));
            };
            let is_tsv = name == "@tsv";
            let cells = items.iter().map(|item| match item {
                Json::Null => Ok(String::new()),
                Json::Text(text) if is_tsv => Ok(text
                    .replace('\\', "\\\\")
                    .replace('\t', "\\t")
                    .replace('\n', "\\n")
                    .replace('\r', "\\r")),
                Json::Text(text) => Ok(format!("\"{}\"", text.replace('"', "\"\""))),
                Json::List(_) | Json::Fields(_) => error(format!(
                    "{} is not valid in a {} row",
                    shown(item),
                    name.trim_start_matches('@')
                )),
                other => Ok(other.compact()),
            });
            let cells = cells.collect::<Result<Vec<String>, Stop>>()?;
            cells.join(if is_tsv { "\t" } else { "," })
        }
    };
    Ok(Json::text(text))
}
