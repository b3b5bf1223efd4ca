//! The API types against tables computed with upstream's code: defaults, hashes, numbers.

mod common;

use common::{Case, check, same, same_text};
use kubestep::api::int_or_percent::{IntOrPercent, Round};
use kubestep::api::kind::Kind;
use kubestep::api::schema::{Type, schema};
use kubestep::api::{decode, defaults, revision_hash, selector, template_hash, validation, yaml};
use kubestep::versions::Version;
use serde_json::Value;
use std::collections::BTreeSet;

/// The single document of a manifest.
fn manifest(text: &Value) -> Result<Value, String> {
    let mut documents =
        yaml::documents(text.as_str().ok_or("no manifest")?).map_err(|error| error.to_string())?;
    match documents.pop() {
        Some(document) if documents.is_empty() => Ok(document.value),
        _ => Err("not just one document".to_owned()),
    }
}

/// A decoded and defaulted manifest.
fn defaulted(text: &Value) -> Result<(Kind, Value), String> {
    let value = manifest(text)?;
    let field = |name: &str| value[name].as_str().unwrap_or_default();
    let kind = Kind::from_api(field("apiVersion"), field("kind")).ok_or("unknown kind")?;
    let mut value = decode::strict(Version::V1_36, kind, &value)
        .map_err(|errors| decode::message(kind, &errors))?;
    defaults::apply(kind, &mut value);
    Ok((kind, value))
}

fn template_type() -> Type {
    schema().type_named("v1.PodTemplateSpec").unwrap()
}

fn collision_count(case: &Case) -> Option<i32> {
    case.input["collisionCount"]
        .as_i64()
        .map(|count| i32::try_from(count).unwrap())
}

#[test]
fn defaulting() {
    check("defaulting", |case| {
        let (_, object) = defaulted(&case.input["manifest"])?;
        same(&object, &case.want["object"])
    });
}

#[test]
fn pod_template_hash() {
    check("pod_template_hash", |case| {
        let (_, object) = defaulted(&case.input["manifest"])?;
        let template = &object["spec"]["template"];
        same_text(
            &template_hash::dump(Version::V1_36, template),
            case.want["dump"].as_str().unwrap(),
        )?;
        for (name, count) in [
            ("hash", None),
            ("hashCollision0", Some(0)),
            ("hashCollision1", Some(1)),
            ("hashCollision2", Some(2)),
        ] {
            same_text(
                &template_hash::compute(Version::V1_36, template, count),
                case.want[name].as_str().unwrap(),
            )?;
        }
        Ok(())
    });
}

#[test]
fn hash_expectations() {
    check("hash_expectations", |case| {
        let text = case.input["template"].as_str().ok_or("no template")?;
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let ty = template_type();
        let template =
            decode::typed(Version::V1_36, &ty, &value).map_err(|errors| format!("{errors:?}"))?;
        if let Some(dump) = case.want["dump"].as_str() {
            same_text(&template_hash::dump(Version::V1_36, &template), dump)?;
        }
        same_text(
            &template_hash::compute(Version::V1_36, &template, collision_count(case)),
            case.want["hash"].as_str().unwrap(),
        )
    });
}

/// Every hash differs in 1.37, whose structs have more fields.
#[test]
fn pod_template_hash_of_1_37() {
    let manifests = common::cases("pod_template_hash").into_iter();
    let manifests = manifests.map(|case| {
        let (_, object) = defaulted(&case.input["manifest"]).expect("a manifest");
        object["spec"]["template"].clone()
    });
    let bare = common::cases("hash_expectations").into_iter();
    let bare = bare.map(|case| {
        let text = case.input["template"].as_str().expect("a template");
        let value: Value = serde_json::from_str(text).expect("JSON");
        decode::typed(Version::V1_36, &template_type(), &value).expect("a template")
    });
    let templates: Vec<Value> = manifests.chain(bare).collect();
    check("pod_template_hash_1_37", |case| {
        let old = case.input["hash"].as_str().ok_or("no hash")?;
        let is_it =
            |template: &&Value| template_hash::compute(Version::V1_36, template, None) == old;
        let template = templates.iter().find(is_it).ok_or("no such template")?;
        for (name, count) in [
            ("hash", None),
            ("hashCollision0", Some(0)),
            ("hashCollision1", Some(1)),
        ] {
            same_text(
                &template_hash::compute(Version::V1_37, template, count),
                case.want[name].as_str().ok_or("no hash")?,
            )?;
        }
        Ok(())
    });
}

/// Names, types and order of the fields of every struct reachable from a template.
#[test]
fn pod_template_schema() {
    // Opaque types of the schema, whose fields do not belong to the API.
    let opaque = |name: &str| {
        ["big.", "inf.", "time.", "resource.", "intstr."]
            .iter()
            .any(|package| name.starts_with(package))
            || ["v1.Time", "v1.FieldsV1"].contains(&name)
    };
    check("pod_template_schema", |case| {
        let Some(fields) = case.want.as_array().filter(|_| !opaque(&case.name)) else {
            return Ok(());
        };
        let definition = schema().struct_named(&case.name).ok_or("missing")?;
        let got: Vec<[String; 3]> = definition
            .fields
            .iter()
            .filter(|field| field.since == Version::V1_36)
            .map(|field| {
                let mut tag = field.json.to_string();
                for (set, word) in [
                    (field.inline, ",inline"),
                    (field.omit_empty, ",omitempty"),
                    (field.omit_zero, ",omitzero"),
                ] {
                    tag += if set { word } else { "" };
                }
                [field.go.to_owned(), schema().go_name(&field.ty), tag]
            })
            .collect();
        let text = |field: &Value, name: &str| field[name].as_str().unwrap_or_default().to_owned();
        let want: Vec<[String; 3]> = fields
            .iter()
            .map(|field| {
                [
                    text(field, "name"),
                    text(field, "type"),
                    text(field, "json"),
                ]
            })
            .collect();
        same(&got, &want)
    });
}

/// Objects served by a real cluster.
fn served() -> Value {
    let path = format!("{}/tests/cases/hashes.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Templates and hashes served by a real cluster.
#[test]
fn served_templates() {
    let table = served();
    let deployments = table["deployments"].as_array().unwrap();
    assert!(!deployments.is_empty());
    let mut failures = Vec::new();
    for entry in deployments {
        let run = || {
            let ty = template_type();
            let mut template = decode::typed(Version::V1_36, &ty, &entry["input"])
                .map_err(|errors| format!("{errors:?}"))?;
            defaults::apply_typed(&ty, &mut template);
            same(&template, &entry["template"])?;
            same_text(
                &template_hash::compute(Version::V1_36, &template, None),
                entry["hash"].as_str().unwrap(),
            )
        };
        if let Err(error) = run() {
            failures.push(format!("{}: {error}", entry["name"]));
        }
    }
    println!(
        "hashes: {} deployments, {} failed",
        deployments.len(),
        failures.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A number or string of a table.
fn int_or_percent(value: &Value) -> IntOrPercent {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn intstr_parse() {
    check("intstr_parse", |case| {
        let got = IntOrPercent::parse(case.input["input"].as_str().ok_or("no text")?);
        same(&got, &int_or_percent(&case.want["output"]))
    });
}

#[test]
fn intstr_percent() {
    check("intstr_percent", |case| {
        let total = i32::try_from(case.input["total"].as_i64().ok_or("no total")?).unwrap();
        let round = if case.input["roundUp"] == true {
            Round::Up
        } else {
            Round::Down
        };
        let got = int_or_percent(&case.input["input"]).resolve(total, round);
        same(&got.is_err(), &case.want["expectErr"].as_bool().unwrap())?;
        same(
            &i64::from(got.unwrap_or(0)),
            &case.want["expectVal"].as_i64().unwrap(),
        )
    });
}

/// Upstream's table contains the number and whether it is a percentage; a percentage of 100 is that number.
#[test]
fn intstr_int_from_int_or_string() {
    check("intstr_int_from_int_or_string", |case| {
        let value = int_or_percent(&case.input["input"]);
        let got = value.resolve(100, Round::Down);
        let percent = got.is_ok() && matches!(value, IntOrPercent::Text(_));
        same(&got.is_err(), &case.want["expectErr"].as_bool().unwrap())?;
        same(&percent, &case.want["expectPerc"].as_bool().unwrap())?;
        same(
            &i64::from(got.unwrap_or(0)),
            &case.want["expectVal"].as_i64().unwrap(),
        )
    });
}

#[test]
fn percent_rounding() {
    check("percent_rounding", |case| {
        let total = i32::try_from(case.input["total"].as_i64().ok_or("no total")?).unwrap();
        for (name, round) in [("roundUp", Round::Up), ("roundDown", Round::Down)] {
            let got = int_or_percent(&case.input["percent"])
                .resolve(total, round)
                .map_err(|error| error.to_string())?;
            same(&i64::from(got), &case.want[name].as_i64().unwrap())?;
        }
        Ok(())
    });
}

#[test]
fn label_selector_parse() {
    check("label_selector_parse", |case| {
        let got = selector::parse_labels(case.input["selector"].as_str().ok_or("no text")?);
        same(&got.is_ok(), &case.want["valid"].as_bool().unwrap())?;
        same(
            &serde_json::to_value(got.unwrap_or_default()).unwrap(),
            &case.want["labels"],
        )
    });
}

#[test]
fn validation_messages() {
    check("validation_messages", |case| {
        let new = manifest(&case.input["new"])?;
        let field = |name: &str| new[name].as_str().unwrap_or_default();
        let kind = Kind::from_api(field("apiVersion"), field("kind")).ok_or("unknown kind")?;
        if let Some(want) = case.want["decodeError"].as_str() {
            let errors = decode::strict(Version::V1_36, kind, &new)
                .err()
                .ok_or("was decoded")?;
            let message = decode::message(kind, &errors);
            let head = format!(
                "{0} in version \"v1\" cannot be handled as a {0}: ",
                kind.name()
            );
            return same_text(message.strip_prefix(&head).ok_or("another head")?, want);
        }
        let (_, new) = defaulted(&case.input["new"])?;
        let causes = match case.input["old"].as_str() {
            Some(_) => validation::update(
                Version::V1_36.into(),
                kind,
                &defaulted(&case.input["old"])?.1,
                &new,
            ),
            None => validation::create(Version::V1_36.into(), kind, &new),
        };
        if case.want["valid"] == true {
            return same(&causes, &Vec::new());
        }
        let name = new["metadata"]["name"].as_str().unwrap_or_default();
        same_text(
            &validation::message(kind, name, &causes),
            case.want["apiMessage"].as_str().unwrap(),
        )?;
        same_text(
            &(validation::kubectl_message(kind, name, &causes) + "\n"),
            case.want["kubectl"].as_str().unwrap(),
        )?;
        let got: Vec<Value> = causes
            .iter()
            .map(|cause| serde_json::json!({"field": cause.field, "message": cause.body, "reason": cause.reason.name()}))
            .collect();
        same(&Value::from(got), &case.want["causes"])
    });
}

#[test]
fn controller_revision_hash() {
    check("controller_revision_hash", |case| {
        let (_, set) = defaulted(&case.input["manifest"])?;
        let want = |name: &str| case.want[name].as_str().unwrap_or_default();
        let data = revision_hash::data(&set["spec"]["template"]);
        same_text(&data, want("data"))?;
        let hash = revision_hash::hash(&data, 0);
        same_text(&hash, want("hash"))?;
        same_text(&revision_hash::hash(&data, 1), want("hashCollision1"))?;
        let name = set["metadata"]["name"].as_str().unwrap_or_default();
        same_text(&revision_hash::name(name, &hash), want("revisionName"))
    });
}

/// Revisions served by a real cluster.
#[test]
fn served_revisions() {
    let table = served();
    let sets = table["statefulsets"].as_array().unwrap();
    assert!(!sets.is_empty());
    for entry in sets {
        let text = |name: &str| entry[name].as_str().unwrap();
        let data = revision_hash::data(&entry["spec"]["template"]);
        assert_eq!(data, text("revisionDataRaw"), "{}", entry["name"]);
        let hash = revision_hash::hash(&data, 0);
        assert_eq!(hash, text("hash"), "{}", entry["name"]);
        assert_eq!(
            revision_hash::name(text("name"), &hash),
            text("revisionName")
        );
    }
    println!("hashes: {} statefulsets, 0 failed", sets.len());
}

/// The string type of a field, and whether OpenAPI puts its enum at the field itself, not at the items of a list or map.
fn string_type(ty: &Type, at_field: bool) -> Option<(&'static str, bool)> {
    match ty {
        Type::String(name) => Some((name, at_field)),
        Type::Pointer(inner) => string_type(inner, at_field),
        Type::Slice(inner) | Type::Map { value: inner, .. } => string_type(inner, false),
        _ => None,
    }
}

/// Every string type of a field of every kind has the values of its OpenAPI enum, in both versions, and no others have
/// any. Those of items of lists and maps are not shown by `kubectl explain`, which only reads the field's own schema.
#[test]
fn enums_of_string_types() {
    let table = common::cases("api_enums");
    let upstream = |name: &str, version: Version| {
        let (package, name) = name.split_once('.').unwrap_or(("v1", name));
        let case = table.iter().find(|case| {
            let of = common::text(&case.input["package"]);
            of.ends_with(&format!("/{package}")) && case.input["type"] == name
        });
        let values = case.map(|case| &case.want[version.name()]);
        let values = values.and_then(Value::as_array).into_iter().flatten();
        let shown = |value| match common::text(value) {
            "" => "\"\"".to_owned(),
            text => text.to_owned(),
        };
        values.map(shown).collect::<Vec<String>>()
    };
    let mut with_enum = BTreeSet::new();
    for version in Version::ALL {
        let mut queue: Vec<Type> = Kind::all()
            .filter_map(|kind| schema().object(kind))
            .collect();
        let mut seen = BTreeSet::new();
        while let Some(ty) = queue.pop() {
            let Some(of) = ty.fields().filter(|of| seen.insert(of.name.clone())) else {
                continue;
            };
            for field in of.fields.iter().filter(|field| field.since <= version) {
                queue.push(field.ty.clone());
                let Some((name, at_field)) = string_type(&field.ty, true) else {
                    continue;
                };
                let got: Vec<&str> = schema().values(version, &field.ty).collect();
                let mut want = upstream(name, version);
                want.retain(|_| at_field);
                assert_eq!(got, want, "{}.{} in {version}", of.name, field.go);
                with_enum.extend(want.first().map(|_| name));
            }
        }
    }
    assert!(with_enum.len() > 50, "{with_enum:?}");
}
