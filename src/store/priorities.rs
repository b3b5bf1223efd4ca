//! PriorityClasses: the priority of a new pod (`plugin/pkg/admission/priority/admission.go`).

use super::Store;
use super::error::ApiError;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::{Key, Object, Other};
use std::rc::Rc;

/// The classes that every cluster has.
const SYSTEM: [(&str, i64); 2] = [
    ("system-cluster-critical", 2_000_000_000),
    ("system-node-critical", 2_000_001_000),
];
/// The policy of pods and classes that do not choose one.
const PREEMPTS: &str = "PreemptLowerPriority";

/// What a class gives to a pod.
struct Priority {
    class: String,
    value: i64,
    policy: String,
}

impl Priority {
    fn of(class: &Other) -> Self {
        let policy = class.fields.text("preemptionPolicy");
        Self {
            class: class.metadata.name.to_string(),
            value: class.fields.int("value"),
            policy: if policy.is_empty() { PREEMPTS } else { policy }.to_owned(),
        }
    }
}

impl Store {
    /// Sets the priority of a new pod. `asked` is its name, or the prefix of its name.
    pub(super) fn set_priority(&self, object: &mut Object, asked: &str) -> Result<(), ApiError> {
        let Object::Pod(pod) = object else {
            return Ok(());
        };
        let spec = pod.spec.value();
        let class = spec.text("priorityClassName");
        let (given, policy) = (spec.int("priority"), spec.text("preemptionPolicy"));
        let is_plain = class.is_empty() && given == 0 && policy == PREEMPTS;
        if is_plain && !self.may_have(Kind::PriorityClass) {
            return Ok(());
        }
        let key = Key::of(Kind::Pod, &pod.metadata.namespace, asked);
        let found = self.priority(&key, class)?;
        // A pod that was decoded has the defaults, so these cannot be told from no value.
        if given != 0 && given != found.value {
            let why = format!(
                "the integer value of priority ({given}) must not be provided in pod spec; priority admission controller \
                 computed {} from the given PriorityClass name",
                found.value
            );
            return Err(ApiError::forbidden(&key, &why));
        }
        if policy != PREEMPTS && policy != found.policy {
            let why = format!(
                "the string value of PreemptionPolicy ({policy}) must not be provided in pod spec; priority admission \
                 controller computed {} from the given PriorityClass name",
                found.policy
            );
            return Err(ApiError::forbidden(&key, &why));
        }
        if found.class.is_empty() {
            return Ok(());
        }
        let mut value = pod.to_value();
        value["spec"]["priorityClassName"] = found.class.into();
        value["spec"]["priority"] = found.value.into();
        value["spec"]["preemptionPolicy"] = found.policy.into();
        let lifted = Object::from_value(Kind::Pod, value);
        *object = lifted.map_err(|error| ApiError::BadRequest(error.to_string()))?;
        Ok(())
    }

    /// The priority of a class, or of the default class if no class is named; 0 if there is no default class.
    fn priority(&self, pod: &Key, class: &str) -> Result<Priority, ApiError> {
        let plain = |class: &str, value: i64| Priority {
            class: class.to_owned(),
            value,
            policy: PREEMPTS.to_owned(),
        };
        if class.is_empty() {
            let default = self.default_class();
            return Ok(default.map_or_else(|| plain("", 0), |class| Priority::of(&class)));
        }
        let key = Key::of(Kind::PriorityClass, "", class);
        if let Some(Object::Other(_, found)) = self.get(&key) {
            return Ok(Priority::of(found));
        }
        match SYSTEM.iter().find(|(name, _)| *name == class) {
            Some((name, value)) => Ok(plain(name, *value)),
            None => {
                let why = format!("no PriorityClass with name {class} was found");
                Err(ApiError::forbidden(pod, &why))
            }
        }
    }

    /// The class of pods that name none: the one with the lowest value, should there be several.
    fn default_class(&self) -> Option<Rc<Other>> {
        if !self.may_have(Kind::PriorityClass) {
            return None;
        }
        let classes = self.list(Kind::PriorityClass, None);
        let defaults = classes.filter_map(|object| match object {
            Object::Other(_, class) if class.fields.flag("globalDefault") => Some(class.clone()),
            _ => None,
        });
        defaults.min_by_key(|class| class.fields.int("value"))
    }

    /// Refuses a second default class.
    pub(super) fn require_one_default(&self, object: &Object) -> Result<(), ApiError> {
        let Object::Other(Kind::PriorityClass, class) = object else {
            return Ok(());
        };
        let known = self.default_class().filter(|known| {
            class.fields.flag("globalDefault") && known.metadata.name != class.metadata.name
        });
        match known {
            None => Ok(()),
            Some(known) => {
                let why = format!(
                    "PriorityClass {} is already marked as default. Only one default can exist",
                    known.metadata.name
                );
                Err(ApiError::forbidden(&object.key(), &why))
            }
        }
    }
}
