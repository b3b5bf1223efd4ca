//! Services: what the API server assigns to them, and the endpoints behind them.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::endpoint_slice::EndpointSlice;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Config, Engine, Run};
use kubestep::kubectl;
use kubestep::node::dns::{NoRecords, Record, resolve};
use kubestep::node::manual::Verb;
use kubestep::store::Propagation;
use serde_json::{Value, json};
use std::rc::Rc;

fn service(name: &str, spec: Value) -> Object {
    object(
        Kind::Service,
        json!({ "metadata": { "name": name }, "spec": spec }),
    )
}

fn spec(engine: &Engine, name: &str) -> Value {
    let found = engine
        .store()
        .get(&key(Kind::Service, name))
        .expect("was created");
    found.to_value()["spec"].clone()
}

fn update(engine: &mut Engine, name: &str, spec: Value) -> Result<(), String> {
    let mut value = engine
        .store()
        .get(&key(Kind::Service, name))
        .expect("was created")
        .to_value();
    value["spec"] = spec;
    let object = Object::from_value(Kind::Service, value).expect("a service");
    let written = engine.act("edit", |cx| cx.store.update(object));
    written.map(drop).map_err(|error| error.to_string())
}

fn slices(engine: &Engine) -> Vec<Rc<EndpointSlice>> {
    let all = keys(engine, Kind::EndpointSlice).into_iter();
    all.filter_map(|key| engine.store().endpoint_slice(&key).cloned())
        .collect()
}

fn port() -> Value {
    json!([{ "port": 80, "protocol": "TCP", "targetPort": 80 }])
}

#[test]
fn a_service_gets_an_immutable_address() {
    let mut engine = manual();
    let ports = port();
    create(
        &mut engine,
        [service(
            "web",
            json!({ "type": "ClusterIP", "ports": ports }),
        )],
    );
    let web = spec(&engine, "web");
    let address = web["clusterIP"].as_str().expect("an address").to_owned();
    assert!(address.starts_with("10."), "{address}");
    assert_eq!(web["clusterIPs"], json!([address]));
    assert_eq!(web["ipFamilies"], json!(["IPv4"]));
    assert_eq!(web["ipFamilyPolicy"], "SingleStack");

    update(
        &mut engine,
        "web",
        json!({ "type": "ClusterIP", "ports": ports }),
    )
    .expect("accepted");
    assert_eq!(
        spec(&engine, "web"),
        web,
        "omitted fields keep their values"
    );
    let other = json!({ "type": "ClusterIP", "clusterIP": "10.96.9.9", "ports": ports });
    assert_eq!(
        update(&mut engine, "web", other),
        Err("Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: [\"10.96.9.9\"]: may not change once set".to_owned())
    );
    let same = service("two", json!({ "clusterIP": address, "ports": ports }));
    let error = try_create(&mut engine, same)
        .expect_err("already allocated")
        .to_string();
    assert_eq!(
        error,
        format!(
            "Service \"two\" is invalid: spec.clusterIPs: Invalid value: [\"{address}\"]: failed to allocate IP {address}: provided IP is already allocated"
        )
    );
    let outside = service("two", json!({ "clusterIP": "10.0.0.1", "ports": ports }));
    let error = try_create(&mut engine, outside)
        .expect_err("outside")
        .to_string();
    assert!(
        error.ends_with("The range of valid IPs is 10.96.0.0/12"),
        "{error}"
    );
}

#[test]
fn the_same_seed_gives_the_same_addresses() {
    let address = || {
        let mut engine = manual();
        create(&mut engine, [service("web", json!({ "ports": port() }))]);
        spec(&engine, "web")
    };
    assert_eq!(address(), address());
}

#[test]
fn node_ports_are_assigned_kept_and_dropped() {
    let mut engine = manual();
    create(
        &mut engine,
        [service(
            "web",
            json!({ "type": "NodePort", "ports": port() }),
        )],
    );
    let web = spec(&engine, "web");
    let given = web["ports"][0]["nodePort"].as_i64().expect("a node port");
    assert!((30086..=32767).contains(&given), "{given}");
    update(
        &mut engine,
        "web",
        json!({ "type": "LoadBalancer", "ports": port() }),
    )
    .expect("accepted");
    assert_eq!(spec(&engine, "web")["ports"][0]["nodePort"], given);
    let ports = json!([{ "port": 80, "protocol": "TCP", "targetPort": 80, "nodePort": given }]);
    let error = try_create(
        &mut engine,
        service("two", json!({ "type": "NodePort", "ports": ports })),
    );
    assert_eq!(
        error.expect_err("already allocated").to_string(),
        format!(
            "Service \"two\" is invalid: spec.ports[0].nodePort: Invalid value: {given}: provided port is already allocated"
        )
    );
    let ports = json!([{ "port": 80, "protocol": "TCP", "targetPort": 80, "nodePort": 80 }]);
    let error = try_create(
        &mut engine,
        service("two", json!({ "type": "NodePort", "ports": ports })),
    );
    assert_eq!(
        error.expect_err("out of range").to_string(),
        "Service \"two\" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767"
    );
    let mut plain = spec(&engine, "web");
    plain["type"] = json!("ClusterIP");
    update(&mut engine, "web", plain).expect("accepted");
    assert!(spec(&engine, "web")["ports"][0]["nodePort"].is_null());
}

#[test]
fn headless_and_external_services_get_no_address() {
    let mut engine = manual();
    create(
        &mut engine,
        [
            service("bare", json!({ "clusterIP": "None", "ports": port() })),
            service(
                "nginx",
                json!({ "clusterIP": "None", "selector": { "app": "a" } }),
            ),
            service(
                "far",
                json!({ "type": "ExternalName", "externalName": "example.org" }),
            ),
        ],
    );
    assert_eq!(spec(&engine, "nginx")["clusterIPs"], json!(["None"]));
    assert_eq!(spec(&engine, "nginx")["ipFamilyPolicy"], "SingleStack");
    assert_eq!(spec(&engine, "bare")["ipFamilies"], json!(["IPv4", "IPv6"]));
    assert_eq!(spec(&engine, "bare")["ipFamilyPolicy"], "RequireDualStack");
    assert!(spec(&engine, "far")["clusterIP"].is_null());
    assert_eq!(slices(&engine).len(), 1, "only the one that selects pods");
}

fn web_with_service(replicas: i32) -> Engine {
    let mut engine = manual();
    let spec = json!({
        "selector": { "app": "web" },
        "ports": [{ "name": "web", "port": 80, "protocol": "TCP", "targetPort": "http" }]
    });
    create(
        &mut engine,
        [service("web", spec), deployment("web", replicas)],
    );
    engine
}

#[test]
fn a_slice_has_the_time_of_the_change_it_reflects() {
    let mut engine = web_with_service(2);
    let since = |engine: &Engine| {
        let slice = slices(engine).remove(0);
        let since = slice
            .metadata
            .annotation("endpoints.kubernetes.io/last-change-trigger-time");
        since.map(str::to_owned)
    };
    let made = engine.now().whole_seconds().to_string();
    assert_eq!(since(&engine), Some(made), "a new Service is a trigger");
    let later = engine.now().plus_seconds(10);
    assert_eq!(engine.run_until(later, MANY), Run::Settled);
    pods(&mut engine, &Verb::Ready);
    let ready = later.whole_seconds().to_string();
    assert_eq!(
        since(&engine),
        Some(ready),
        "a pod that becomes ready is a trigger"
    );
    let steps = engine.steps().len();
    remove(&mut engine, Kind::Deployment, "web");
    assert_eq!(
        since(&engine),
        None,
        "a ready pod that starts terminating is not a trigger"
    );
    let idle = branches(&engine, steps, "endpointslice/right");
    assert!(idle.is_empty(), "its own writes do not wake the controller");
}

#[test]
fn a_slice_follows_the_pods_and_keeps_its_name() {
    let mut engine = web_with_service(2);
    let empty = slices(&engine);
    assert_eq!(empty.len(), 1);
    let value = serde_json::to_value(&*empty[0]).expect("a slice");
    assert_eq!(
        (&value["endpoints"], &value["ports"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        value["metadata"]["labels"]["kubernetes.io/service-name"],
        "web"
    );
    assert!(empty[0].metadata.name.starts_with("web-"));

    pods(&mut engine, &Verb::Run);
    let running = slices(&engine);
    assert_eq!(running.len(), 1);
    assert_eq!(running[0].metadata.name, empty[0].metadata.name);
    assert_eq!(
        running[0].ports[0].port,
        Some(80),
        "a named port is resolved"
    );
    assert_eq!(running[0].endpoints.len(), 2);
    let ready = |slice: &EndpointSlice| {
        let ready = slice
            .endpoints
            .iter()
            .filter(|one| one.conditions.ready == Some(true));
        ready.count()
    };
    assert_eq!(ready(&running[0]), 0);
    pods(&mut engine, &Verb::Ready);
    assert_eq!(ready(&slices(&engine)[0]), 2);

    remove(&mut engine, Kind::Deployment, "web");
    let ending = slices(&engine);
    let conditions = ending[0].endpoints[0].conditions;
    assert_eq!(
        (conditions.ready, conditions.serving, conditions.terminating),
        (Some(false), Some(true), Some(true))
    );
    pods(&mut engine, &Verb::Stopped);
    assert!(slices(&engine)[0].endpoints.is_empty());

    remove(&mut engine, Kind::Service, "web");
    assert!(slices(&engine).is_empty(), "garbage");
}

#[test]
fn a_slice_has_at_most_a_hundred_endpoints() {
    let mut engine = web_with_service(250);
    pods(&mut engine, &Verb::Ready);
    let mut sizes: Vec<usize> = slices(&engine)
        .iter()
        .map(|slice| slice.endpoints.len())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [50, 100, 100]);
}

/// `staging/src/k8s.io/endpointslice/utils.go`, podToEndpoint and setEndpointSliceLabels.
#[test]
fn a_slice_has_the_labels_of_its_service_and_the_zones_of_the_nodes() {
    let mut engine = Engine::new(Config::default());
    for line in [
        "kubectl label node node-1 topology.kubernetes.io/zone=north",
        "kubectl create deployment web --image=nginx:1.27 --replicas=3",
        "kubectl expose deployment web --port=80",
        "kubectl label service web team=shop kubernetes.io/service-name=other",
    ] {
        let said = kubectl::run(&mut engine, line, None);
        assert_eq!(said.exit, 0, "{line}: {}", said.stderr);
        engine.settle(MANY);
    }
    let slice = slices(&engine).remove(0);
    let labels = serde_json::to_value(&slice.metadata.labels).expect("labels");
    let wanted = json!({
        "app": "web",
        "team": "shop",
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    });
    assert_eq!(labels, wanted);
    for endpoint in &slice.endpoints {
        let zone = (endpoint.node_name.as_deref() == Some("node-1")).then_some("north");
        assert_eq!(endpoint.zone.as_deref(), zone, "{endpoint:?}");
    }
    let zones = slice
        .endpoints
        .iter()
        .filter(|endpoint| endpoint.zone.is_some());
    assert_eq!(zones.count(), 1);
}

#[test]
fn a_deleted_slice_is_recreated() {
    let mut engine = web_with_service(1);
    pods(&mut engine, &Verb::Ready);
    let first = keys(&engine, Kind::EndpointSlice);
    delete(&mut engine, &first[0], Propagation::Background).expect("exists");
    run(&mut engine);
    let again = slices(&engine);
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].endpoints.len(), 1);
}

/// A pod as created by a StatefulSet: with a DNS name in the domain of the Service `nginx`.
fn web_pod(number: u32) -> Object {
    let name = format!("web-{number}");
    let container = json!({
        "name": "c", "image": "i", "ports": [{ "containerPort": 8080, "name": "web", "protocol": "TCP" }]
    });
    let spec = json!({ "hostname": name, "subdomain": "nginx", "containers": [container] });
    let metadata = json!({ "name": name, "labels": { "app": "nginx" } });
    object(Kind::Pod, json!({ "metadata": metadata, "spec": spec }))
}

fn nginx(spec: Value) -> Engine {
    let mut engine = manual();
    create(
        &mut engine,
        [service("nginx", spec), web_pod(0), web_pod(1)],
    );
    engine
}

fn headless() -> Value {
    json!({
        "clusterIP": "None", "selector": { "app": "nginx" },
        "ports": [{ "name": "web", "port": 80, "protocol": "TCP", "targetPort": "web" }]
    })
}

fn records(engine: &Engine, name: &str) -> Result<Vec<Record>, NoRecords> {
    resolve(engine.store(), "default", name).result
}

fn address(text: &str) -> Record {
    Record::Address(text.into())
}

#[test]
fn pods_of_a_headless_service_have_dns_names_once_ready() {
    let mut engine = nginx(headless());
    assert_eq!(
        records(&engine, "nginx"),
        Err(NoRecords::NotReady("nginx".to_owned()))
    );
    pods(&mut engine, &Verb::Run);
    assert!(matches!(
        records(&engine, "web-0.nginx"),
        Err(NoRecords::HostNotReady { .. })
    ));
    pods(&mut engine, &Verb::Ready);
    let both = vec![address("10.244.0.3"), address("10.244.0.4")];
    assert_eq!(records(&engine, "nginx"), Ok(both));
    for name in [
        "web-1.nginx",
        "web-1.nginx.default",
        "web-1.nginx.default.svc",
        "web-1.nginx.default.svc.cluster.local",
        "web-1.nginx.default.svc.cluster.local.",
    ] {
        assert_eq!(
            records(&engine, name),
            Ok(vec![address("10.244.0.4")]),
            "{name}"
        );
    }
    assert!(matches!(
        records(&engine, "web-7.nginx"),
        Err(NoRecords::Host { .. })
    ));
    assert!(matches!(
        records(&engine, "redis"),
        Err(NoRecords::Service { .. })
    ));
    assert!(matches!(
        records(&engine, "example.org."),
        Err(NoRecords::Outside(_))
    ));
    let elsewhere = resolve(engine.store(), "kube-system", "web-1.nginx");
    assert!(
        elsewhere.result.is_err(),
        "the search path starts with the pod's namespace"
    );
    assert_eq!(elsewhere.asked.len(), 4);
    assert_eq!(
        records(&engine, "_web._tcp.nginx"),
        Ok(vec![
            Record::Service {
                port: 8080,
                target: "web-0.nginx.default.svc.cluster.local".to_owned()
            },
            Record::Service {
                port: 8080,
                target: "web-1.nginx.default.svc.cluster.local".to_owned()
            }
        ])
    );
}

#[test]
fn unready_pods_can_be_published() {
    let mut spec = headless();
    spec["publishNotReadyAddresses"] = json!(true);
    let mut engine = nginx(spec);
    pods(&mut engine, &Verb::Run);
    assert_eq!(
        records(&engine, "web-0.nginx"),
        Ok(vec![address("10.244.0.3")])
    );
}

#[test]
fn a_service_with_an_address_resolves_to_it() {
    let mut spec = headless();
    spec["clusterIP"] = json!("10.96.0.77");
    let mut engine = nginx(spec);
    assert_eq!(records(&engine, "nginx"), Ok(vec![address("10.96.0.77")]));
    pods(&mut engine, &Verb::Ready);
    assert_eq!(records(&engine, "nginx"), Ok(vec![address("10.96.0.77")]));
    assert_eq!(
        records(&engine, "kubernetes"),
        Ok(vec![address("10.96.0.1")])
    );
    assert_eq!(
        records(&engine, "web-0.nginx"),
        Ok(vec![address("10.244.0.3")])
    );
    assert_eq!(
        records(&engine, "_web._tcp.nginx"),
        Ok(vec![Record::Service {
            port: 80,
            target: "nginx.default.svc.cluster.local".to_owned()
        }])
    );
}

/// `k8s.io/endpointslice`: the controller only touches slices that it manages, by their label.
#[test]
fn a_slice_that_someone_else_manages_is_left_alone() {
    let mut engine = manual();
    let spec = json!({ "selector": { "app": "web" }, "ports": port() });
    create(&mut engine, [service("web", spec)]);
    let uid = engine
        .store()
        .get(&key(Kind::Service, "web"))
        .expect("exists")
        .meta()
        .uid
        .clone();
    let own = json!({
        "metadata": {
            "name": "own", "labels": { "kubernetes.io/service-name": "web" },
            "ownerReferences": [{ "apiVersion": "v1", "kind": "Service", "name": "web", "uid": uid, "controller": true }]
        },
        "addressType": "IPv4", "endpoints": [{ "addresses": ["192.0.2.1"] }], "ports": []
    });
    create(
        &mut engine,
        [object(Kind::EndpointSlice, own), deployment("web", 1)],
    );
    pods(&mut engine, &Verb::Ready);
    assert_eq!(slices(&engine).len(), 2);
    let own = engine.store().get(&key(Kind::EndpointSlice, "own"));
    let own = own.expect("still exists").to_value();
    assert_eq!(own["endpoints"][0]["addresses"], json!(["192.0.2.1"]));
}
