//! Properties for any input: nothing panics, and output can be parsed again.

use kubestep::api::int_or_percent::IntOrPercent;
use kubestep::api::kind::Kind;
use kubestep::api::patch::{self, PatchError};
use kubestep::api::quantity::Quantity;
use kubestep::api::schema::{Type, schema};
use kubestep::api::selector::{Query, parse_labels};
use kubestep::api::{decode, defaults, names, revision_hash, template_hash, validation, yaml};
use kubestep::versions::Version;
use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

const KINDS: [Kind; 16] = [
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::StatefulSet,
    Kind::ControllerRevision,
    Kind::Pod,
    Kind::Service,
    Kind::EndpointSlice,
    Kind::PersistentVolumeClaim,
    Kind::PersistentVolume,
    Kind::StorageClass,
    Kind::Namespace,
    Kind::HorizontalPodAutoscaler,
    Kind::Node,
    Kind::ConfigMap,
    Kind::Secret,
    Kind::Event,
];

/// Words with a meaning somewhere, or almost.
const WORDS: [&str; 48] = [
    "",
    "a",
    "A_b.",
    "app",
    "nginx:1.2",
    "nginx@sha256:",
    "kubernetes.io/name",
    "a/b/c",
    "-",
    "---",
    "...",
    "0",
    "10%",
    "-1%",
    "%",
    "100m",
    "1Gi",
    "1e400",
    "9223372036854775808",
    "é\u{85}\u{feff}",
    "\u{0}",
    "\n",
    "a\n  b\n\n",
    "yes",
    "null",
    "~",
    "2020-01-01",
    "2026-02-30T25:00:00Z",
    "RollingUpdate",
    "Recreate",
    "OnDelete",
    "Parallel",
    "Always",
    "Never",
    "TCP",
    "UDP",
    "ClusterIP",
    "None",
    "LoadBalancer",
    "ExternalName",
    "Resource",
    "Utilization",
    "In",
    "Exists",
    "10.0.0.1",
    "::1",
    "/",
    "..",
];

/// A stream of choices derived from a number, so that a failing value is identified by its seed.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    fn integer(&mut self) -> i64 {
        const EDGES: [i64; 12] = [
            0,
            1,
            -1,
            2,
            80,
            65536,
            i32::MAX as i64,
            i32::MIN as i64,
            1 << 31,
            i64::MAX,
            i64::MIN,
            600,
        ];
        EDGES[self.below(EDGES.len())]
    }

    /// An arbitrary value.
    fn anything(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.one_in(2)),
            2 => json!(self.integer()),
            // A float without a fraction would be printed as an integer.
            3 => Number::from_f64([0.5, -2.25, 1e-9, 1.5e300, 3.0e21][self.below(5)])
                .map_or(Value::Null, Value::Number),
            4 | 5 => json!(self.word()),
            6 => (0..self.below(4))
                .map(|_| self.anything(depth - 1))
                .collect(),
            _ => Value::Object(
                (0..self.below(4))
                    .map(|_| (self.word().to_owned(), self.anything(depth - 1)))
                    .collect(),
            ),
        }
    }

    /// A value of a type; `wild` percent of the values have another type.
    fn typed(&mut self, ty: &Type, depth: usize, wild: usize) -> Value {
        if wild > 0 && self.below(100) < wild {
            return self.anything(2);
        }
        match ty {
            Type::Bool => json!(self.one_in(2)),
            Type::Int32 => match i32::try_from(self.integer()) {
                Ok(number) => json!(number),
                Err(_) => json!(3),
            },
            Type::Int64 => json!(self.integer()),
            Type::String(_) => json!(self.word()),
            Type::Bytes => json!(["", "aGk=", "aGk"][self.below(if wild > 0 { 3 } else { 2 })]),
            Type::Quantity => json!(["0", "100m", "1Gi", "-3", "1e3", "0.5"][self.below(6)]),
            Type::IntOrString => {
                [json!(self.integer().clamp(-9, 9)), json!(self.word())][self.below(2)].clone()
            }
            Type::Time | Type::MicroTime => json!("2026-01-02T03:04:05Z"),
            Type::Raw(_) => Value::Object(Map::from_iter([(
                self.word().to_owned(),
                self.anything(depth.min(2)),
            )])),
            Type::Pointer(inner) => self.typed(inner, depth, wild),
            Type::Slice(_) if depth == 0 => json!([]),
            Type::Slice(inner) => (0..self.below(3))
                .map(|_| self.typed(inner, depth - 1, wild))
                .collect(),
            Type::Map { .. } if depth == 0 => json!({}),
            Type::Map { value, .. } => Value::Object(
                (0..self.below(3))
                    .map(|_| (self.word().to_owned(), self.typed(value, depth - 1, wild)))
                    .collect(),
            ),
            Type::Struct(id) => {
                let mut out = Map::new();
                let sparse = 1 + self.below(4);
                schema().get(*id).each_json_field(&mut |field| {
                    if depth > 0 && self.one_in(sparse) {
                        let value = self.typed(&field.ty, depth - 1, wild);
                        out.insert(field.json.clone().into_owned(), value);
                    }
                });
                Value::Object(out)
            }
        }
    }

    fn object(&mut self, kind: Kind, wild: usize) -> Value {
        let depth = 4 + self.below(8);
        let ty = schema().object(kind).expect("every kind has a type");
        let mut object = self.typed(&ty, depth, wild);
        if let Some(fields) = object.as_object_mut() {
            fields.insert("apiVersion".to_owned(), json!(kind.info().api_version));
            fields.insert("kind".to_owned(), json!(kind.name()));
        }
        object
    }
}

/// Asserts equality, and shows only the difference, since the objects are long.
fn same(what: &str, got: &Value, want: &Value) {
    let (got, want) = (yaml::to_string(got), yaml::to_string(want));
    let differs = got
        .lines()
        .zip(want.lines())
        .find(|(got, want)| got != want);
    assert!(got == want, "{what}: {differs:?}");
}

/// Everything that happens to an object on its way in, whatever the result.
fn all_the_way(kind: Kind, value: &Value) -> Option<Value> {
    let mut object = match decode::strict(Version::V1_37, kind, value) {
        Ok(object) => object,
        Err(errors) => {
            assert!(!errors.is_empty());
            assert!(!decode::message(kind, &errors).is_empty());
            return None;
        }
    };
    same(
        "decoding twice",
        &decode::strict(Version::V1_37, kind, &object).unwrap(),
        &object,
    );
    defaults::apply(kind, &mut object);
    let mut again = object.clone();
    defaults::apply(kind, &mut again);
    same("defaulting twice", &again, &object);
    same(
        "decoding defaults",
        &decode::strict(Version::V1_37, kind, &object).unwrap(),
        &object,
    );
    let causes = validation::create(Version::V1_37.into(), kind, &object);
    let _ = validation::message(kind, "x", &causes);
    let _ = validation::kubectl_message(kind, "x", &causes);
    if let Some(template) = object.pointer("/spec/template") {
        assert!(!template_hash::compute(Version::V1_37, template, Some(1)).is_empty());
        let data = revision_hash::data(template);
        assert!(serde_json::from_str::<Value>(&data).is_ok());
        let _ = revision_hash::hash(&data, 0);
    }
    Some(object)
}

/// Text made of YAML's special characters.
fn yaml_like() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        " ",
        "  ",
        "\n",
        "\n",
        "\n  ",
        "\n- ",
        "- ",
        ": ",
        ":",
        ",",
        "[",
        "]",
        "{",
        "}",
        "#",
        "&a",
        " *a",
        "<<",
        "? ",
        "|",
        ">",
        "|-",
        "|2",
        "\"",
        "'",
        "\\",
        "---",
        "...",
        "%",
        "!!str ",
        "!!binary ",
        "!x",
        "~",
        "a",
        "b: ",
        "yes",
        "0644",
        "1_0",
        "0x1",
        ".inf",
        "1e3",
        "12:30",
        "@",
        "`",
        "\t",
        "\r\n",
        "\u{85}",
        "\u{feff}",
        "é",
        "\"a\"",
        "\u{0}",
    ]);
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

fn read_any(text: &str) {
    if let Ok(documents) = yaml::documents(text) {
        for document in documents {
            for kind in [Kind::Deployment, Kind::ConfigMap] {
                all_the_way(kind, &document.value);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        read_any(&text);
        let _ = Quantity::parse(&text);
        let _ = IntOrPercent::parse(&text).resolve(10, kubestep::api::int_or_percent::Round::Up);
        let _ = parse_labels(&text);
        let _ = yaml::documents(&format!("{{{text}"));
        for check in [names::dns1123_label, names::dns1123_subdomain, names::qualified_name, names::label_value, names::port_name, names::environment_variable] {
            let _ = check(&text);
        }
    }

    #[test]
    fn anything_like_yaml_is_read_or_refused(text in yaml_like()) {
        read_any(&text);
    }

    #[test]
    fn what_is_written_reads_back(seed in any::<u64>()) {
        let value = Choices(seed).anything(4);
        let text = yaml::to_string(&value);
        let back = yaml::documents(&text).unwrap();
        let back = back.first().map_or(Value::Null, |document| document.value.clone());
        prop_assert_eq!(back, value, "{}", text);
    }

    #[test]
    fn a_selector_prints_as_it_reads(text in "[a-c!=,() ]{0,20}|(a|!b|c (in|notin) \\(x,y\\)|d==e|f!=g|h>1|i < 2)(,(a|!b|c in \\(x\\)|d=e)){0,3}") {
        if let Ok(query) = Query::parse(&text) {
            let printed = query.to_string();
            prop_assert_eq!(Query::parse(&printed).map(|query| query.to_string()), Ok(printed));
        }
    }

    #[test]
    fn a_quantity_prints_as_it_reads(text in "[+-]?[0-9]{0,20}(\\.[0-9]{0,12})?(n|u|m|k|Ki|M|Mi|G|Gi|T|P|E|Ei|e3|E-2|e40)?") {
        if let Ok(quantity) = Quantity::parse(&text) {
            let printed = quantity.to_string();
            let again = Quantity::parse(&printed).unwrap();
            prop_assert_eq!(again.compare(&quantity), std::cmp::Ordering::Equal);
            // A binary quantity can be printed without a suffix: 31.25Ki is 32000, which parses as 32k. This is
            // upstream's behaviour.
            if !text.contains('i') {
                prop_assert_eq!(again.to_string(), printed);
            }
        }
    }

    #[test]
    fn any_object_is_taken_or_refused(seed in any::<u64>()) {
        let mut choices = Choices(seed);
        let kind = KINDS[choices.below(KINDS.len())];
        let wild = [0, 1, 10][choices.below(3)];
        let first = choices.object(kind, wild);
        let second = choices.object(kind, wild);
        let first = all_the_way(kind, &first);
        prop_assert!(wild > 0 || first.is_some(), "what fits the types decodes");
        if let (Some(old), Some(new)) = (first, all_the_way(kind, &second)) {
            let _ = validation::update(Version::V1_37.into(), kind, &old, &new);
        }
    }

    #[test]
    fn any_patch_is_applied_or_refused(seed in any::<u64>()) {
        let mut choices = Choices(seed);
        let kind = KINDS[choices.below(KINDS.len())];
        let (object, last) = (choices.object(kind, 5), choices.object(kind, 5));
        let mut change = choices.object(kind, 5);
        if let Ok(delta) = patch::three_way(kind, Some(&last), &change, &object) {
            let _ = patch::strategic(kind, &object, &mut delta.clone());
        }
        let _ = patch::strategic(kind, &object, &mut change);
        let mut merged = object.clone();
        patch::merge(&mut merged, &change);
        let _ = patch::json_patch(&mut merged, &choices.anything(3));
    }

    #[test]
    fn a_patch_makes_of_one_object_the_other(seed in any::<u64>()) {
        let mut choices = Choices(seed);
        let kind = KINDS[choices.below(KINDS.len())];
        let (before, after) = (distinct(choices.object(kind, 0)), distinct(choices.object(kind, 0)));
        let result = patch::two_way(kind, &before, &after)
            .and_then(|mut change| patch::strategic(kind, &before, &mut change));
        match result {
            Ok(result) => same(
                "patching",
                &decode::strict(Version::V1_37, kind, &result).unwrap(),
                &decode::strict(Version::V1_37, kind, &after).unwrap(),
            ),
            // A list whose items lack their merge key has no patch.
            Err(error) => prop_assert!(matches!(error, PatchError::NoMergeKey { .. }), "{error}"),
        }
    }
}

/// The object with at most one item per list, since the result for longer lists depends on merge keys, and without
/// nulls, which delete fields.
fn distinct(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, distinct(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().take(1).map(distinct).collect(),
        scalar => scalar,
    }
}
