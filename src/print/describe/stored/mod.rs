//! Descriptions of kinds that are only stored.

mod access;
mod batch;
mod network;
mod policy;

use serde_json::Value;

use super::page::Description;
use super::{Surroundings, generic};
use crate::api::kind::Kind;

/// Describes an object; kinds without a describer in kubectl get all their fields.
pub(super) fn describe(
    page: &mut Description,
    kind: Kind,
    object: &Value,
    neighbours: &dyn Surroundings,
) {
    match kind {
        Kind::DaemonSet => batch::daemon_set(page, object, neighbours),
        Kind::Job => batch::job(page, object),
        Kind::CronJob => batch::cron_job(page, object),
        Kind::Ingress => network::ingress(page, object, neighbours),
        Kind::IngressClass => network::class(page, object),
        Kind::NetworkPolicy => network::policy(page, object),
        Kind::PodDisruptionBudget => policy::budget(page, object),
        Kind::ResourceQuota => policy::quota(page, object),
        Kind::LimitRange => policy::limits(page, object),
        Kind::PriorityClass => policy::priority_class(page, object),
        Kind::Role | Kind::ClusterRole => access::role(page, object),
        Kind::RoleBinding | Kind::ClusterRoleBinding => access::binding(page, object),
        _ => generic::describe(page, object),
    }
}
