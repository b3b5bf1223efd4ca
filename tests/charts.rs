//! Manifests at the shape and size of well-known releases: each applies whole and becomes ready.

use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Config, Engine};
use kubestep::manifests::{Line, apply};
use kubestep::texts::Language;

/// Applies a text whole, and checks that all of its workloads become ready.
fn becomes_ready(text: &str) -> Vec<String> {
    let mut engine = Engine::new(Config::default());
    let lines = apply(&mut engine, text).unwrap_or_else(|faults| {
        let told = faults.iter().map(|fault| {
            let (line, path, message) = (fault.line, &fault.path, &fault.message);
            format!("{line}: {path}: {message}")
        });
        panic!("{:#?}", told.collect::<Vec<String>>())
    });
    engine.settle(100_000);
    let mut workloads = 0;
    for kind in [Kind::Deployment, Kind::StatefulSet] {
        for object in engine.store().list(kind, None) {
            workloads += 1;
            let (name, wanted, ready) = match object {
                Object::Deployment(one) => (
                    &one.metadata.name,
                    one.spec.replicas,
                    one.status.available_replicas,
                ),
                Object::StatefulSet(one) => (
                    &one.metadata.name,
                    one.spec.replicas,
                    one.status.ready_replicas,
                ),
                _ => continue,
            };
            assert_eq!(ready, wanted, "{kind} {name}");
        }
    }
    assert!(workloads > 0);
    let told = lines.iter();
    let done = told.filter(|line| !matches!(line, Line::Warning(_)));
    done.map(|line| line.text(Language::English)).collect()
}

macro_rules! charts {
    ($($test:ident $file:literal $objects:literal;)*) => {
        $(
            #[test]
            fn $test() {
                let lines = becomes_ready(include_str!(concat!("charts/", $file, ".yaml")));
                let created = lines.iter().filter(|line| line.ends_with(" created"));
                assert_eq!(created.count(), $objects, "{lines:#?}");
            }
        )*
    };
}

charts! {
    a_shop_of_twelve_services "shop" 30;
    cassandra "cassandra" 5;
    zookeeper "zookeeper" 5;
    kafka_without_zookeeper "kafka" 8;
    postgresql_with_replicas "postgresql" 13;
    redis_with_replicas "redis" 11;
    elasticsearch "elasticsearch" 5;
    minio "minio" 7;
    an_ingress_controller "ingress-controller" 13;
    a_certificate_manager "cert-manager" 23;
    a_prometheus_operator "prometheus-operator" 17;
    the_output_of_a_chart "helm-output" 23;
}

#[test]
fn what_is_stored_is_listed_once() {
    let lines = becomes_ready(include_str!("charts/ingress-controller.yaml"));
    let stored: Vec<&String> = lines
        .iter()
        .filter(|line| line.starts_with("stored; "))
        .collect();
    assert_eq!(
        stored,
        [
            "stored; nothing acts on it here: ClusterRole ingress-nginx, ClusterRoleBinding ingress-nginx, \
          Role ingress-nginx/ingress-nginx, RoleBinding ingress-nginx/ingress-nginx, \
          Job ingress-nginx/ingress-nginx-admission-create, IngressClass nginx, \
          ValidatingWebhookConfiguration ingress-nginx-admission"
        ]
    );
}
