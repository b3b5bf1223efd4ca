//! Services, and what their DNS names currently resolve to.

use super::context::Page;
use super::name::link;
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::api::service::Service;
use kubestep::engine::Engine;
use kubestep::node::dns::{self, Record};
use kubestep::store::Store;
use yew::prelude::*;

/// Maximum number of Services, and of a StatefulSet's pods, listed.
const SHOWN_MAX: usize = 40;

/// The Services with their DNS names.
pub fn services(page: &Page, engine: &Engine) -> Html {
    let store = engine.store();
    let found: Vec<(&Object, Service)> = store
        .list(Kind::Service, None)
        .filter_map(|object| Some((object, Service::of(object)?)))
        .take(SHOWN_MAX)
        .collect();
    html! {
        <section class="part">
            <h3>{ page.say(&words::SERVICES) }</h3>
            if found.is_empty() {
                <p class="quiet">{ page.say(&words::SERVICES_NONE) }</p>
            }
            <ul class="services">
                { for found.iter().map(|(object, service)| self::service(store, object, service)) }
            </ul>
        </section>
    }
}

fn service(store: &Store, object: &Object, service: &Service) -> Html {
    let key = object.key();
    let (namespace, name) = (&*key.namespace, &*key.name);
    let mut names = vec![format!("{name}.{namespace}.svc.{}", dns::DOMAIN)];
    if service.is_headless() {
        // Pods of a StatefulSet have their own DNS names.
        let pods = store.list(Kind::Pod, Some(namespace));
        let hosts = pods.filter_map(|pod| match pod {
            Object::Pod(pod) if pod.spec.value().get("subdomain") == Some(&name.into()) => pod
                .spec
                .value()
                .get("hostname")?
                .as_str()
                .map(str::to_owned),
            _ => None,
        });
        let own = hosts
            .map(|host| format!("{host}.{}", names[0]))
            .take(SHOWN_MAX)
            .collect::<Vec<_>>();
        names.extend(own);
    }
    html! {
        <li key={key.to_string()}>
            <p>{ link(&key, key.to_string()) }{ " " }<code>{ &*service.spec.cluster_ip }</code></p>
            <dl class="names">
                { for names.iter().map(|name| html! {
                    <div><dt><code>{ name }</code></dt><dd>{ resolved(store, namespace, name) }</dd></div>
                }) }
            </dl>
        </li>
    }
}

/// The records of a name, or why there are none.
fn resolved(store: &Store, namespace: &str, name: &str) -> String {
    match dns::resolve(store, namespace, &format!("{name}.")).result {
        Ok(records) => {
            let shown = records.iter().take(SHOWN_MAX).map(|record| match record {
                Record::Address(text) | Record::Alias(text) => text.to_string(),
                Record::Service { port, target } => format!("{target}:{port}"),
            });
            shown.collect::<Vec<_>>().join(", ")
        }
        Err(why) => why.to_string(),
    }
}
