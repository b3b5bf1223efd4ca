//! Random command lines and movements in time, and the workloads that they ask for.

use proptest::prelude::*;
use std::collections::BTreeMap;

/// A Deployment or a StatefulSet, of two names each.
pub type Workload = (&'static str, &'static str);

/// All workloads.
const WORKLOADS: [Workload; 4] = [
    ("deploy", "web"),
    ("deploy", "api"),
    ("sts", "db"),
    ("sts", "mq"),
];
/// Images: fine, missing, crashing, never ready.
pub const IMAGES: [&str; 5] = [
    "shop/app:1",
    "shop/app:2",
    "shop/app:gone",
    "shop/app:crash",
    "shop/app:slow",
];
/// Patches, first those that every workload takes.
pub const PATCHES: [&str; 9] = [
    r#"{"spec":{"minReadySeconds":7}}"#,
    r#"{"spec":{"revisionHistoryLimit":1}}"#,
    r#"{"spec":{"template":{"metadata":{"annotations":{"team":"a"}}}}}"#,
    r#"{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":1}}}}"#,
    r#"{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}"#,
    r#"{"spec":{"strategy":{"$patch":"replace","type":"Recreate"}}}"#,
    r#"{"spec":{"progressDeadlineSeconds":20}}"#,
    r#"{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1,"maxUnavailable":2}}}}"#,
    r#"{"spec":{"updateStrategy":{"$patch":"replace","type":"OnDelete"}}}"#,
];
/// Rollout commands.
pub const ROLLOUTS: [&str; 4] = ["pause", "resume", "restart", "undo"];
/// What can happen to a pod.
pub const FAULTS: [&str; 6] = ["crash", "kill", "unready", "ready", "hang", "evict"];
/// What can happen to a node.
pub const NODES: [&str; 5] = [
    "sim node NODE --silent",
    "sim node NODE --back",
    "kubectl cordon NODE",
    "kubectl uncordon NODE",
    "kubectl delete node NODE",
];
/// Feature gates that can be switched.
pub const GATES: [&str; 3] = [
    "MaxUnavailableStatefulSet",
    "PodDeletionCost",
    "DeploymentReplicaSetTerminatingReplicas",
];

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Act {
    /// `kubectl apply` with so many replicas and an image; a StatefulSet may start its pods in parallel.
    Apply(Workload, u8, usize, bool),
    /// `kubectl delete`, with a cascade.
    Delete(Workload, &'static str),
    /// `kubectl scale`.
    Scale(Workload, u8),
    /// `kubectl set image`.
    Image(Workload, usize),
    /// `kubectl patch`.
    Patch(Workload, usize),
    /// `kubectl rollout`.
    Rollout(Workload, usize),
    /// `kubectl autoscale`.
    Autoscale(Workload),
    /// `sim load`.
    Load(Workload, u16),
    /// `kubectl delete pod` of one of the pods, perhaps by force.
    DeletePod(usize, bool),
    /// A pod loses its labels.
    Relabel(usize),
    /// `sim crash` and the like for one of the pods.
    Fault(usize, usize),
    /// Something happens to a node.
    Node(u8, usize),
    /// `sim version`.
    Version(&'static str),
    /// `sim gate`.
    Gate(usize, bool),
    /// So many steps are taken.
    Steps(u8),
    /// The cluster settles.
    Settle,
    /// So many seconds pass.
    Clock(u8),
    /// Goes back by so many acts, and goes on differently from there.
    Back(usize),
    /// Jumps to somewhere between the first step (0) and the last one (255), steps once, and comes back.
    Visit(u8),
    /// Takes up another future, visits its ends, and comes back.
    Future(usize),
}

/// Random acts.
pub fn acts() -> impl Strategy<Value = Vec<Act>> {
    let first = (workload(), 1..6u8, 0..2usize, any::<bool>());
    let first = first.prop_map(|(of, size, image, parallel)| Act::Apply(of, size, image, parallel));
    (first, prop::collection::vec(act(), 1..24)).prop_map(|(first, mut acts)| {
        acts.insert(0, first);
        acts
    })
}

fn workload() -> impl Strategy<Value = Workload> {
    prop::sample::select(&WORKLOADS[..])
}

fn image() -> impl Strategy<Value = usize> {
    prop_oneof![3 => 0..2usize, 1 => 2..IMAGES.len()]
}

fn act() -> impl Strategy<Value = Act> {
    let cascade = prop::sample::select(&["background", "foreground", "orphan"][..]);
    let workloads = prop_oneof![
        8 => (workload(), 0..6u8, image(), any::<bool>())
            .prop_map(|(of, size, image, parallel)| Act::Apply(of, size, image, parallel)),
        1 => (workload(), cascade).prop_map(|(of, cascade)| Act::Delete(of, cascade)),
        4 => (workload(), 0..6u8).prop_map(|(of, size)| Act::Scale(of, size)),
        6 => (workload(), image()).prop_map(|(of, image)| Act::Image(of, image)),
        4 => (workload(), 0..PATCHES.len()).prop_map(|(of, patch)| Act::Patch(of, patch)),
        4 => (workload(), 0..ROLLOUTS.len()).prop_map(|(of, verb)| Act::Rollout(of, verb)),
        1 => workload().prop_map(Act::Autoscale),
        1 => (workload(), 1..2000u16).prop_map(|(of, load)| Act::Load(of, load)),
    ];
    let cluster = prop_oneof![
        3 => (any::<usize>(), any::<bool>()).prop_map(|(pod, force)| Act::DeletePod(pod, force)),
        1 => any::<usize>().prop_map(Act::Relabel),
        4 => (0..FAULTS.len(), any::<usize>()).prop_map(|(fault, pod)| Act::Fault(fault, pod)),
        3 => (1..4u8, 0..NODES.len()).prop_map(|(node, what)| Act::Node(node, what)),
        2 => prop::sample::select(&["1.36", "1.37"][..]).prop_map(Act::Version),
        1 => (0..GATES.len(), any::<bool>()).prop_map(|(gate, on)| Act::Gate(gate, on)),
    ];
    let time = prop_oneof![
        8 => (1..40u8).prop_map(Act::Steps),
        6 => Just(Act::Settle),
        3 => (1..90u8).prop_map(Act::Clock),
        3 => (1..6usize).prop_map(Act::Back),
        3 => any::<u8>().prop_map(Act::Visit),
        2 => any::<usize>().prop_map(Act::Future),
    ];
    prop_oneof![29 => workloads, 14 => cluster, 25 => time]
}

/// What was asked for, and granted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Replicas by workload.
    pub replicas: BTreeMap<Workload, u8>,
    /// Whether something keeps the cluster from doing as it is asked, or changes the replicas by itself.
    pub disturbed: bool,
}

impl Wanted {
    /// An act that was not refused, with its output. What is being deleted can be changed, and is deleted all the same.
    pub fn note(&mut self, act: &Act, output: &str) {
        match act {
            Act::Apply(of, size, ..) if output.ends_with(" created\n") => {
                self.replicas.insert(*of, *size);
            }
            Act::Apply(of, size, ..) | Act::Scale(of, size) => {
                if let Some(known) = self.replicas.get_mut(of) {
                    *known = *size;
                }
            }
            Act::Delete(of, _) => {
                self.replicas.remove(of);
            }
            Act::Autoscale(_) | Act::Node(..) => self.disturbed = true,
            _ => {}
        }
    }
}
