//! Computes the number of replicas for a metric (`pkg/controller/podautoscaler/replica_calculator.go`).

use crate::api::condition::ConditionStatus;
use crate::api::pod::{Pod, PodConditionType, PodPhase};
use crate::api::quantity::Quantity;
use crate::api::time::Time;
use litemap::LiteMap;
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Relative deviation from the target that causes no change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerances {
    /// Above the target.
    pub up: f64,
    /// Below the target.
    pub down: f64,
}

impl Default for Tolerances {
    fn default() -> Self {
        Self { up: 0.1, down: 0.1 }
    }
}

impl Tolerances {
    fn contain(self, ratio: f64) -> bool {
        1.0 - self.down <= ratio && ratio <= 1.0 + self.up
    }
}

/// A sample of a pod's usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageSample {
    /// Usage in thousandths.
    pub milli: i64,
    /// When it was taken.
    pub at: Time,
    /// Length of the sampling window in milliseconds, which ends at `at`.
    pub window: i64,
}

/// Samples by pod.
pub type Samples = LiteMap<Rc<str>, UsageSample>;

/// Why no size can be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalculatorError {
    /// The cluster has no metrics server.
    #[error(
        "unable to get metrics for resource {0}: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"
    )]
    NoMetricsServer(String),
    /// The metrics API returned no samples.
    #[error(
        "unable to get metrics for resource {0}: no metrics returned from resource metrics API"
    )]
    NoSamples(String),
    /// The selector matches no pods.
    #[error("no pods returned by selector while calculating replica count")]
    NoPods,
    /// Samples exist only for pods that do not count.
    #[error("did not receive metrics for targeted pods (pods might be unready)")]
    NoReadySamples,
    /// Samples exist only for unknown pods.
    #[error("no metrics returned matched known pods")]
    UnknownPods,
    /// Utilization is undefined without a request.
    #[error("missing request for {resource} in container {container} of Pod {pod}")]
    MissingRequest {
        /// The resource.
        resource: String,
        /// The container without a request.
        container: String,
        /// Its pod.
        pod: String,
    },
}

/// Result of a calculation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proposal {
    /// Recommended number of replicas.
    pub replicas: i32,
    /// Usage in percent of the requests, for resource metrics with such a target.
    pub utilization: i32,
    /// Average usage per pod in thousandths.
    pub average: i64,
    /// The ratio of usage to target that was used.
    pub ratio: f64,
    /// The number of pods that the ratio was multiplied by.
    pub counted: i32,
}

/// Inputs that all calculations share.
#[derive(Debug, Clone, Copy)]
pub struct Calculator<'a> {
    /// The target's pods.
    pub pods: &'a [Rc<Pod>],
    /// The current size.
    pub current: i32,
    /// Relative deviation from the target that causes no change.
    pub tolerances: Tolerances,
    /// The current time.
    pub now: Time,
    /// Milliseconds after a pod's start during which its CPU usage may be disregarded.
    pub cpu_initialization: i64,
    /// Milliseconds after a pod's start during which an unready pod counts as never having been ready.
    pub readiness_delay: i64,
}

/// Pods grouped by how their samples count (groupPods).
struct Groups {
    ready: usize,
    unready: BTreeSet<Rc<str>>,
    missing: BTreeSet<Rc<str>>,
    ignored: BTreeSet<Rc<str>>,
}

impl Calculator<'_> {
    /// For a target in percent of the requests (GetResourceReplicas).
    ///
    /// # Errors
    /// There are no usable samples, or a container has no request.
    pub fn resource(
        &self,
        resource: &str,
        container: Option<&str>,
        target: i32,
        mut samples: Samples,
    ) -> Result<Proposal, CalculatorError> {
        let groups = self.prepare(resource, &mut samples)?;
        let requests = self.requests(resource, container)?;
        if samples.is_empty() {
            return Err(CalculatorError::NoReadySamples);
        }
        let (ratio, utilization, average) = utilization_ratio(&samples, &requests, target)?;
        let known = |replicas, ratio, counted| Proposal {
            replicas,
            utilization,
            average,
            ratio,
            counted,
        };
        let fallback = |pod: &Rc<str>| {
            let request = requests.get(pod).copied().unwrap_or(0);
            request.saturating_mul(i64::from(target.max(100))) / 100
        };
        self.decide(&groups, samples, ratio, fallback, known, |samples| {
            Ok(utilization_ratio(samples, &requests, target)?.0)
        })
    }

    /// For a target per pod (GetRawResourceReplicas, GetMetricReplicas); `resource` is empty for other metrics than
    /// resources.
    ///
    /// # Errors
    /// There are no usable samples.
    pub fn average(
        &self,
        resource: &str,
        target: i64,
        mut samples: Samples,
    ) -> Result<Proposal, CalculatorError> {
        let groups = self.prepare(resource, &mut samples)?;
        if samples.is_empty() {
            return Err(CalculatorError::NoReadySamples);
        }
        let (ratio, average) = usage_ratio(&samples, target);
        let known = |replicas, ratio, counted| Proposal {
            replicas,
            utilization: 0,
            average,
            ratio,
            counted,
        };
        self.decide(
            &groups,
            samples,
            ratio,
            |_| target,
            known,
            |samples| Ok(usage_ratio(samples, target).0),
        )
    }

    /// For a single value with a target for the whole (GetObjectMetricReplicas, GetExternalMetricReplicas).
    ///
    /// # Errors
    /// There are no pods.
    pub fn whole(&self, target: i64, usage: i64) -> Result<Proposal, CalculatorError> {
        let ratio = usage as f64 / target as f64;
        let ready = self.pods.iter();
        let ready = ready.filter(|pod| pod.status.phase == PodPhase::Running && pod.is_ready());
        let counted = to_i32(ready.count());
        let replicas = if self.current == 0 {
            ratio.ceil() as i32
        } else if self.tolerances.contain(ratio) {
            self.current
        } else if self.pods.is_empty() {
            return Err(CalculatorError::NoPods);
        } else {
            (ratio * f64::from(counted)).ceil() as i32
        };
        Ok(Proposal {
            replicas,
            utilization: 0,
            average: usage,
            ratio,
            counted,
        })
    }

    /// For a single value with a target per pod (GetObjectPerPodMetricReplicas, GetExternalPerPodMetricReplicas).
    #[must_use]
    pub fn whole_per_pod(&self, target: i64, usage: i64) -> Proposal {
        let (all, each) = (usage as f64, target as f64);
        let ratio = all / (each * f64::from(self.current));
        let replicas = if self.tolerances.contain(ratio) {
            self.current
        } else {
            (all / each).ceil() as i32
        };
        Proposal {
            replicas,
            utilization: 0,
            average: (all / f64::from(self.current)).ceil() as i64,
            ratio,
            counted: self.current,
        }
    }

    /// Groups the pods, and removes the samples of those that do not count.
    fn prepare(&self, resource: &str, samples: &mut Samples) -> Result<Groups, CalculatorError> {
        if samples.is_empty() {
            return Err(CalculatorError::NoSamples(resource.to_owned()));
        }
        if self.pods.is_empty() {
            return Err(CalculatorError::NoPods);
        }
        let groups = self.group(resource, samples);
        samples.retain(|pod, _| !groups.ignored.contains(pod) && !groups.unready.contains(pod));
        Ok(groups)
    }

    fn group(&self, resource: &str, samples: &Samples) -> Groups {
        let mut groups = Groups {
            ready: 0,
            unready: BTreeSet::new(),
            missing: BTreeSet::new(),
            ignored: BTreeSet::new(),
        };
        for pod in self.pods {
            let name = pod.metadata.name.clone();
            let sample = samples.get(&name);
            if pod.metadata.is_terminating() || pod.status.phase == PodPhase::Failed {
                groups.ignored.insert(name);
            } else if pod.status.phase == PodPhase::Pending {
                groups.unready.insert(name);
            } else if let Some(sample) = sample {
                if resource == "cpu" && self.is_too_young(pod, sample) {
                    groups.unready.insert(name);
                } else {
                    groups.ready += 1;
                }
            } else {
                groups.missing.insert(name);
            }
        }
        groups
    }

    /// Whether a pod's CPU usage is still dominated by its startup.
    fn is_too_young(&self, pod: &Pod, sample: &UsageSample) -> bool {
        let ready = pod.condition(PodConditionType::Ready);
        let (Some(ready), Some(start)) = (ready, pod.status.start_time) else {
            return true;
        };
        let unready = ready.status == ConditionStatus::False;
        let since = ready.last_transition_time;
        if start.plus_millis(self.cpu_initialization) > self.now {
            unready || sample.at < since.plus_millis(sample.window)
        } else {
            unready && start.plus_millis(self.readiness_delay) > since
        }
    }

    /// The pods' requests in thousandths (calculatePodRequests).
    fn requests(
        &self,
        resource: &str,
        only: Option<&str>,
    ) -> Result<LiteMap<Rc<str>, i64>, CalculatorError> {
        let mut requests = LiteMap::new_vec();
        for pod in self.pods {
            let containers = pod.spec.value().get("containers").and_then(Value::as_array);
            let mut sum: i64 = 0;
            for container in containers.into_iter().flatten() {
                let name = container
                    .get("name")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                if only.is_some_and(|only| only != name) {
                    continue;
                }
                let request = container.pointer("/resources/requests");
                let request = request.and_then(|all| all.get(resource)?.as_str());
                let milli = request.and_then(|text| Quantity::parse(text).ok()?.scaled(-3));
                let milli = milli.ok_or_else(|| CalculatorError::MissingRequest {
                    resource: resource.to_owned(),
                    container: name.to_owned(),
                    pod: pod.metadata.name.to_string(),
                })?;
                sum = sum.saturating_add(milli);
            }
            requests.insert(pod.metadata.name.clone(), sum);
        }
        Ok(requests)
    }

    /// The size for a ratio. Pods without samples dampen the change: they count as fully used when scaling down and
    /// as idle when scaling up; unready pods also count as idle when scaling up.
    fn decide(
        &self,
        groups: &Groups,
        mut samples: Samples,
        ratio: f64,
        fallback: impl Fn(&Rc<str>) -> i64,
        proposal: impl Fn(i32, f64, i32) -> Proposal,
        again: impl Fn(&Samples) -> Result<f64, CalculatorError>,
    ) -> Result<Proposal, CalculatorError> {
        let keep = |ratio: f64| proposal(self.current, ratio, to_i32(groups.ready));
        let scale_up_with_unready = !groups.unready.is_empty() && ratio > 1.0;
        if !scale_up_with_unready && groups.missing.is_empty() {
            if self.tolerances.contain(ratio) {
                return Ok(keep(ratio));
            }
            let replicas = (ratio * groups.ready as f64).ceil() as i32;
            return Ok(proposal(replicas, ratio, to_i32(groups.ready)));
        }
        let sample = |milli| UsageSample {
            milli,
            at: self.now,
            window: 0,
        };
        for pod in &groups.missing {
            if ratio < 1.0 {
                samples.insert(pod.clone(), sample(fallback(pod)));
            } else if ratio > 1.0 {
                samples.insert(pod.clone(), sample(0));
            }
        }
        if scale_up_with_unready {
            let unready = groups.unready.iter().cloned();
            samples.extend(unready.map(|pod| (pod, sample(0))));
        }
        let new = again(&samples)?;
        let flipped = (ratio < 1.0 && new > 1.0) || (ratio > 1.0 && new < 1.0);
        if self.tolerances.contain(new) || flipped {
            return Ok(keep(new));
        }
        let replicas = (new * samples.len() as f64).ceil() as i32;
        let against =
            (new < 1.0 && replicas > self.current) || (new > 1.0 && replicas < self.current);
        if against {
            return Ok(keep(new));
        }
        Ok(proposal(replicas, new, to_i32(samples.len())))
    }
}

/// The ratio of usage to target, the usage in percent of the requests, and the average usage
/// (`metrics/utilization.go`, GetResourceUtilizationRatio).
fn utilization_ratio(
    samples: &Samples,
    requests: &LiteMap<Rc<str>, i64>,
    target: i32,
) -> Result<(f64, i32, i64), CalculatorError> {
    let known = samples
        .iter()
        .filter_map(|(pod, sample)| Some((sample.milli, *requests.get(pod)?)));
    let (mut usage, mut requested, mut count) = (0_i128, 0_i128, 0_i128);
    for (milli, request) in known {
        usage += i128::from(milli);
        requested += i128::from(request);
        count += 1;
    }
    if requested == 0 {
        return Err(CalculatorError::UnknownPods);
    }
    let utilization = i32::try_from(usage * 100 / requested).unwrap_or(i32::MAX);
    let average = i64::try_from(usage / count.max(1)).unwrap_or(i64::MAX);
    let ratio = f64::from(utilization) / f64::from(target);
    Ok((ratio, utilization, average))
}

/// The ratio of average usage to target (GetMetricUsageRatio).
fn usage_ratio(samples: &Samples, target: i64) -> (f64, i64) {
    let sum: i128 = samples
        .values()
        .map(|sample| i128::from(sample.milli))
        .sum();
    let count = i128::try_from(samples.len().max(1)).unwrap_or(1);
    let average = i64::try_from(sum / count).unwrap_or(i64::MAX);
    (average as f64 / target as f64, average)
}

fn to_i32(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
