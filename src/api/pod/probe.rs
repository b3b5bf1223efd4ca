//! A probe of a container as its manifest asks for it, and what one that fails says (`pkg/probe`).

use serde_json::Value;

/// A probe, if the container has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe(Option<Value>);

impl Probe {
    /// The probe in a field of a container.
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

    /// Whether there is one.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.0.is_some()
    }

    /// Milliseconds from one to the next.
    #[must_use]
    pub fn period(&self) -> i64 {
        self.number("periodSeconds", 10).max(1) * 1000
    }

    /// Milliseconds from the container's start to the first.
    #[must_use]
    pub fn delay(&self) -> i64 {
        self.number("initialDelaySeconds", 0) * 1000
    }

    /// How many in a row must be answered.
    #[must_use]
    pub fn successes(&self) -> i64 {
        self.number("successThreshold", 1).max(1)
    }

    /// How many in a row must fail before that counts.
    #[must_use]
    pub fn failures(&self) -> i64 {
        self.number("failureThreshold", 3).max(1)
    }

    /// Milliseconds that the container is given to end when the probe has failed, where the probe says so.
    #[must_use]
    pub fn grace(&self) -> Option<i64> {
        let seconds = self.0.as_ref()?.get("terminationGracePeriodSeconds")?;
        seconds
            .as_i64()
            .map(|seconds| seconds.max(0).saturating_mul(1000))
    }

    /// What one that fails says; a container without a probe is taken to answer HTTP.
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
