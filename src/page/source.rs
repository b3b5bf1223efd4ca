//! Links between a number and its line in the manifests, in both directions.

use kubestep::actor::decision::Origin;
use kubestep::api::yaml::Document;
use kubestep::manifests;

/// A field of an object in the manifests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestField {
    kind: String,
    name: String,
    path: String,
}

/// Line and column of the field in the manifests, or of its closest enclosing field if it is omitted; `None` if the
/// manifests do not contain the object.
pub fn place(text: &str, origin: &Origin) -> Option<(u32, u32)> {
    if !origin.path.starts_with("spec.") {
        return None;
    }
    let documents = manifests::objects(text).ok()?;
    let document = documents.iter().find(|document| {
        let (kind, name) = title(document);
        kind == origin.object.kind.name() && *name == *origin.object.name
    })?;
    let positions = &document.positions;
    let place = positions
        .key(origin.path)
        .or_else(|| positions.nearest(origin.path))?;
    Some((place.line, place.column))
}

/// The field whose key is on a line of the manifests.
pub fn field(text: &str, line: u32) -> Option<ManifestField> {
    let documents = manifests::objects(text).ok()?;
    for document in &documents {
        let mut fields = document.positions.iter();
        let found = fields.find(|(path, key, _)| key.line == line && path.contains('.'));
        if let Some((path, ..)) = found {
            let (kind, name) = title(document);
            return Some(ManifestField {
                kind: kind.to_owned(),
                name: name.to_owned(),
                path: path.to_owned(),
            });
        }
    }
    None
}

impl ManifestField {
    /// Whether a number comes from the field or from one within it.
    pub fn holds(&self, origin: &Origin) -> bool {
        let within = origin.path.strip_prefix(self.path.as_str());
        within.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            && origin.object.kind.name() == self.kind
            && *origin.object.name == *self.name
    }
}

fn title(document: &Document) -> (&str, &str) {
    let value = &document.value;
    (
        value["kind"].as_str().unwrap_or_default(),
        value["metadata"]["name"].as_str().unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::start::EXAMPLE;
    use kubestep::api::kind::Kind;
    use kubestep::api::object::Key;

    fn origin(path: &'static str) -> Origin {
        Origin {
            object: Key::of(Kind::Deployment, "default", "nginx-deployment"),
            path,
        }
    }

    #[test]
    fn numbers_and_lines_link_to_each_other() {
        let replicas = origin("spec.replicas");
        let (line, _) = place(EXAMPLE, &replicas).expect("the example sets replicas");
        let text = EXAMPLE.lines().nth(line as usize - 1).expect("a line");
        assert!(text.trim().starts_with("replicas:"), "{text}");
        let field = field(EXAMPLE, line).expect("a field");
        assert!(field.holds(&replicas));
        assert!(!field.holds(&origin("spec.replicasMax")));
        assert!(!field.holds(&origin("spec.minReadySeconds")));
    }

    #[test]
    fn omitted_fields_link_to_the_enclosing_field() {
        let surge = origin("spec.strategy.rollingUpdate.maxSurge");
        let (line, _) = place(EXAMPLE, &surge).expect("the enclosing field");
        let text = EXAMPLE.lines().nth(line as usize - 1).expect("a line");
        assert_eq!(text, "spec:");
        assert_eq!(place(EXAMPLE, &origin("status.readyReplicas")), None);
        assert_eq!(place("spec: [", &surge), None);
    }
}
