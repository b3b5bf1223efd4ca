//! Starting from the state of another cluster, its diagnosis, and forecasts.

use super::Kubestep;
use super::options::object;
use super::values::{diagnostics_value, give};
use crate::diagnosis::{self, Evidence, EvidencePlace, Finding};
use crate::kubectl::forecast::{Asked, AskedError, answer};
use crate::manifests::state;
use crate::texts::Language;
use js_sys::RangeError;
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

impl From<AskedError> for JsValue {
    fn from(error: AskedError) -> Self {
        let text = error.to_string();
        match error {
            AskedError::Forecast(_) => {
                let error = js_sys::Error::new(&text);
                error.set_name("ForecastError");
                error.into()
            }
            _ => RangeError::new(&text).into(),
        }
    }
}

#[wasm_bindgen]
impl Kubestep {
    /// Whether a text is the state of another cluster, for `importState`, rather than manifests, for `apply`: whether an
    /// API server other than this cluster's has served any of its objects.
    #[wasm_bindgen(js_name = isState)]
    pub fn is_state(&self, text: &str) -> bool {
        state::is_foreign(self.engine.store(), &state::served(text))
    }

    /// Replaces all objects by those of another cluster, as `kubectl get … -o yaml` prints them, and goes on from there.
    /// Changes nothing if there are diagnostics.
    #[wasm_bindgen(js_name = importState, unchecked_return_type = "Imported")]
    pub fn import_state(&mut self, text: &str) -> Result<JsValue, JsError> {
        let language = self.language;
        let imported = match state::start(&mut self.engine, text) {
            Ok(started) => {
                let notes = started.notes.iter().map(|note| note.text(language));
                json!({
                    "objects": started.objects, "notes": notes.collect::<Vec<_>>(),
                    "diagnostics": [],
                })
            }
            Err(faults) => json!({
                "objects": 0, "notes": [], "diagnostics": diagnostics_value(&faults, language),
            }),
        };
        self.changed();
        give(&imported)
    }

    /// Why workloads are not as their specs want them, the worst first.
    #[wasm_bindgen(unchecked_return_type = "DiagnosisFinding[]")]
    pub fn diagnose(&self) -> Result<JsValue, JsError> {
        let findings = diagnosis::diagnose(&self.engine);
        let findings = findings.iter().map(|found| finding(found, self.language));
        give(&findings.collect())
    }

    /// How long the rest of a workload's rollout takes, or a change, and how low its capacity falls: runs copies of the
    /// cluster, which itself stays as it is. The workload is named as in `deployment/web`. Returns when all runs have
    /// ended, which may take seconds. Throws a `TypeError` for options of the wrong type, a `RangeError` for values that
    /// make no sense, and an `Error` with the name `ForecastError` if a command fails or the workload does not exist.
    #[wasm_bindgen(unchecked_return_type = "Forecast")]
    pub fn forecast(
        &self,
        workload: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "ForecastOptions")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let asked: Asked = object(options, "an object")?;
        let answer = answer(&self.engine, workload, &asked)?;
        let mut value = answer.forecast_value(self.language);
        value["sweep"] = answer.sweep_value(self.language);
        value["text"] = answer.text(self.language).into();
        value["report"] = answer.report(self.language).into();
        value["picture"] = answer.picture(self.language).into();
        Ok(give(&value)?)
    }
}

fn finding(found: &Finding, language: Language) -> Value {
    let evidence: Value = found.evidence.iter().map(evidence).collect();
    let remedies: Value = found.remedies.iter().map(|one| json!(one.lines)).collect();
    json!({
        "about": found.about.to_string(), "cause": found.cause.id,
        "severity": found.cause.severity.name(), "text": found.text(language),
        "since": found.since.map(|time| time.to_string()),
        "until": found.until.map(|time| time.to_string()),
        "evidence": evidence, "remedies": remedies,
    })
}

fn evidence(shown: &Evidence) -> Value {
    let object = shown.object.to_string();
    match &shown.place {
        EvidencePlace::Field(path) => json!({ "object": object, "path": path, "text": shown.text }),
        EvidencePlace::Event(reason, _) => {
            json!({ "object": object, "event": &**reason, "text": shown.text })
        }
    }
}
