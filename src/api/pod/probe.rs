//! A container's probe as given in the manifest, and the message of its failure (`pkg/probe`).

use serde_json::Value;

/// A probe, if the container has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe(Option<Value>);

impl Probe {
    /// The probe in a given field of a container.
    #[must_use]
    pub fn of(container: &Value, field: &str) -> Self {
        Self(
            container
                .get(field)
                .filter(|probe| probe.is_object())
                .cloned(),
        )
    }

    fn number(&self, field: &str, default: i64) -> i64 {
        let number = self.0.as_ref().and_then(|probe| probe.get(field));
        number.and_then(Value::as_i64).unwrap_or(default).max(0)
    }

    /// Whether the container has this probe.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.0.is_some()
    }

    /// Milliseconds between probes.
    #[must_use]
    pub fn period(&self) -> i64 {
        self.number("periodSeconds", 10).max(1) * 1000
    }

    /// Milliseconds from the container's start to the first probe.
    #[must_use]
    pub fn delay(&self) -> i64 {
        self.number("initialDelaySeconds", 0) * 1000
    }

    /// `successThreshold`.
    #[must_use]
    pub fn successes(&self) -> i64 {
        self.number("successThreshold", 1).max(1)
    }

    /// `failureThreshold`.
    #[must_use]
    pub fn failures(&self) -> i64 {
        self.number("failureThreshold", 3).max(1)
    }

    /// The probe's own grace period in milliseconds, if it sets one.
    #[must_use]
    pub fn grace(&self) -> Option<i64> {
        let seconds = self.0.as_ref()?.get("terminationGracePeriodSeconds")?;
        seconds
            .as_i64()
            .map(|seconds| seconds.max(0).saturating_mul(1000))
    }

    /// The message of a failed probe; a container without a probe is assumed to serve HTTP.
    #[must_use]
    pub fn failure(&self, pod_ip: &str) -> String {
        let handler = |field: &str| self.0.as_ref().and_then(|probe| probe.get(field));
        if let Some(socket) = handler("tcpSocket") {
            let port = socket.get("port").map(Value::to_string);
            let port = port.unwrap_or_default();
            let port = port.trim_matches('"');
            return format!("dial tcp {pod_ip}:{port}: connect: connection refused");
        }
        if handler("exec").is_some() {
            return String::new();
        }
        if handler("grpc").is_some() {
            return "service unhealthy (responded with \"NOT_SERVING\")".to_owned();
        }
        "HTTP probe failed with statuscode: 503".to_owned()
    }
}
