//! Cluster state other than objects: the clock, counters, and the random generator.

use super::names::NameOrder;
use crate::api::meta::Uid;
use crate::api::time::Time;
use crate::versions::Features;

/// Clock, counters and random state; copied as a whole into the history at each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registers {
    /// The virtual clock.
    pub now: Time,
    /// Kubernetes version and feature gates.
    pub features: Features,
    /// The last resource version assigned.
    pub resource_version: u64,
    /// Number of uids assigned.
    pub uids: u64,
    /// The number of the last generated name suffix.
    pub name_suffix: u32,
    /// How generated names sort.
    pub name_order: NameOrder,
    /// Number of pods bound to nodes.
    pub bindings: u64,
    /// Number of pod addresses assigned.
    pub pod_ips: u64,
    /// Number of the last work item queued.
    pub queued: u64,
    random: u64,
}

impl Registers {
    /// The registers of a new cluster.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut registers = Self {
            now: Time(0),
            features: Features::default(),
            resource_version: 0,
            uids: 0,
            name_suffix: 0,
            name_order: NameOrder::default(),
            bindings: 0,
            pod_ips: 0,
            queued: 0,
            random: seed,
        };
        registers.name_suffix = registers.random_below(super::names::SUFFIXES / 4);
        registers
    }

    /// A number that differs between histories with different effects, for noticing that one did not repeat another.
    /// It is part of saved sessions, so it must not change.
    #[must_use]
    pub fn mark(&self) -> u32 {
        let now = self.now.0.unsigned_abs();
        let counters = [
            now,
            self.resource_version,
            self.uids,
            self.bindings,
            self.queued,
        ];
        // FNV-1a over 64 bits, folded.
        let bytes = counters.into_iter().chain([self.random]);
        let hash = bytes
            .flat_map(u64::to_le_bytes)
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        (hash >> 32) as u32 ^ hash as u32
    }

    /// Makes everything random from here on follow from another seed.
    pub fn reseed(&mut self, seed: u64) {
        self.random = seed;
    }

    /// A random number in `0..below`; 0 if `below` is 0.
    pub fn random_below(&mut self, below: u32) -> u32 {
        let mut generator = fastrand::Rng::with_seed(self.random);
        let number = if below == 0 {
            0
        } else {
            generator.u32(..below)
        };
        self.random = generator.get_seed();
        number
    }

    /// Makes later uids sort before one that another cluster has assigned, as before those assigned here.
    pub fn pass(&mut self, uid: &Uid) {
        let passed = u32::MAX - uid.leading();
        if passed < u32::MAX {
            self.uids = self.uids.max(passed.into());
        }
    }

    /// A new uid in the form of a random UUID, which sorts before all earlier ones.
    ///
    /// The ReplicaSet controller breaks ties between equal pods by uid; with descending uids the newest pod goes
    /// first, as in the recorded clusters.
    pub fn next_uid(&mut self) -> Uid {
        self.uids += 1;
        let mut generator = fastrand::Rng::with_seed(self.random);
        let (high, low) = (generator.u64(..), generator.u64(..));
        self.random = generator.get_seed();
        let falling = u32::MAX - u32::try_from(self.uids % u64::from(u32::MAX)).unwrap_or_default();
        let random = [
            high & 0xffff,
            (high >> 16) & 0xfff,
            0x8000 | ((high >> 28) & 0x3fff),
            low & 0xffff_ffff_ffff,
        ];
        Uid::new(
            u64::from(falling) << 32 | random[0] << 16 | 0x4000 | random[1],
            random[2] << 48 | random[3],
        )
    }
}
