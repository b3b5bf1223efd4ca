//! The environment of the controllers: nodes, images, load, and DNS names of Services. Each change is a command.

use super::context::{Page, use_page};
use super::name::link;
use super::object::deeds;
use super::places::heads;
use super::services::services;
use super::version::version;
use crate::page::action::{Action, Pane};
use crate::page::selection;
use crate::page::state::Session;
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::quantity::Quantity;
use kubestep::api::{light, taints};
use kubestep::engine::Engine;
use kubestep::texts::Text;
use kubestep::world::{Image, Load, Outcome};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Maximum number of a node's pods and of workloads listed.
const SHOWN_MAX: usize = 60;

/// Properties of the pane.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
}

/// The environment pane.
#[component]
pub fn Environment(props: &Props) -> Html {
    let page = use_page();
    let engine = props.session.engine();
    html! {
        <section class="pane environment" id="pane-environment" aria-labelledby="title-environment" tabindex="-1">
            <div class="pane-head">
                { heads(&page, Pane::Environment) }
            </div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-environment">
                { version(&page, &engine) }
                { nodes(&page, &engine) }
                { images(&page, &engine) }
                { loads(&page, &engine) }
                { services(&page, &engine) }
            </div>
        </section>
    }
}

fn nodes(page: &Page, engine: &Engine) -> Html {
    html! {
        <section class="part">
            <h3>{ page.say(&words::NODES) }</h3>
            <ul class="node-list">
                { for engine.store().list(Kind::Node, None).map(|node| self::node(page, engine, node)) }
            </ul>
        </section>
    }
}

fn node(page: &Page, engine: &Engine, node: &Object) -> Html {
    let key = node.key();
    let name = &*key.name;
    let cordoned = taints::is_cordoned(node);
    let silent = engine.world().silent_nodes.contains_key(name);
    let pods: Vec<&Key> = engine.store().indexes().on_node(name).collect();
    let more = pods.len().saturating_sub(SHOWN_MAX);
    html! {
        <li class={classes!("node", silent.then_some("silent"))} aria-label={name.to_owned()}>
            <p class="node-line">
                { link(&key, name.to_owned()) }
                <span class="quiet">{ page.fill(&words::PODS_COUNT, &[("count", &pods.len())]) }</span>
                if cordoned {
                    <span class="flag">{ page.say(&words::NODE_CORDONED) }</span>
                }
                if silent {
                    <span class="flag">{ page.say(&words::NODE_SILENT) }</span>
                }
            </p>
            { deeds(page, engine, &key, "deeds") }
            <ul class="objects" aria-label={page.fill(&words::PODS_ON, &[("node", &name)])}>
                { for pods.iter().take(SHOWN_MAX).map(|pod| html! { <li>{ link(pod, pod.name.to_string()) }</li> }) }
                if more > 0 {
                    <li class="quiet">{ page.fill(&words::MORE, &[("count", &more)]) }</li>
                }
            </ul>
        </li>
    }
}

/// The behaviours of containers, as phrases and as arguments of the command.
const OUTCOMES: [(Outcome, &Text, &str); 5] = [
    (Outcome::Fine, &words::OUTCOME_FINE, "fine"),
    (Outcome::NotFound, &words::OUTCOME_MISSING, "missing"),
    (Outcome::Crashes, &words::OUTCOME_CRASHES, "crashes"),
    (
        Outcome::NeverReady,
        &words::OUTCOME_NEVER_READY,
        "never-ready",
    ),
    (Outcome::Unhealthy, &words::OUTCOME_UNHEALTHY, "unhealthy"),
];

fn images(page: &Page, engine: &Engine) -> Html {
    let world = engine.world();
    let mut names: Vec<String> = world.images.keys().cloned().collect();
    for template in engine.store().list(Kind::Pod, None) {
        if let Object::Pod(pod) = template {
            for container in &pod.spec.containers {
                let known = names.iter().any(|name| **name == *container.image);
                if !known && names.len() < SHOWN_MAX {
                    names.push(container.image.to_string());
                }
            }
        }
    }
    light::sort(&mut names, Ord::cmp);
    let heads = [
        &words::IMAGE,
        &words::IMAGE_PULL,
        &words::IMAGE_START,
        &words::IMAGE_READY,
        &words::IMAGE_OUTCOME,
    ];
    html! {
        <section class="part">
            <h3>{ page.say(&words::IMAGES) }</h3>
            <table class="images">
                <thead><tr>{ for heads.iter().map(|head| html! { <th scope="col">{ page.say(head) }</th> }) }</tr></thead>
                <tbody>
                    { for names.iter().map(|name| image(page, name, world.image(name), world.missing_tag(name))) }
                    { image(page, "", world.image, None) }
                </tbody>
            </table>
            <p class="add">
                <span class="quiet" aria-hidden="true">{ page.say(&words::IMAGE_ADD) }</span>
                { field(page, "", page.say(&words::IMAGE_ADD), |name| format!("sim image {name} --outcome=missing")) }
            </p>
        </section>
    }
}

/// The behaviour of an image's containers; with an empty name, of all images without an entry. `no_tag` tells that
/// a well-known image has no such tag.
fn image(page: &Page, name: &str, image: Image, no_tag: Option<(&str, &str)>) -> Html {
    let title = match name {
        "" => page.say(&words::IMAGE_OTHERS),
        name => name,
    };
    let times = [
        (&words::IMAGE_PULL, "pull", image.pull_ms),
        (&words::IMAGE_START, "start", image.start_ms),
        (&words::IMAGE_READY, "ready", image.ready_ms),
    ];
    html! {
        <tr key={name.to_owned()}>
            <th scope="row">
                <code>{ title.to_owned() }</code>
                if let Some((image, tag)) = no_tag {
                    <p class="quiet">{ page.fill(&words::IMAGE_NO_TAG, &[("name", &image), ("tag", &tag)]) }</p>
                    <button class="link" onclick={page.on(Action::Run(selection::tag_exists(name).into()))}>
                        { page.say(&words::IMAGE_TAG_EXISTS) }
                    </button>
                }
            </th>
            { for times.into_iter().map(|(phrase, flag, latency)| {
                let label = format!("{title}: {}", page.say(phrase));
                let name = name.to_owned();
                let line = move |text: String| format!("sim image {name} --{flag}={text}");
                html! { <td>{ field(page, &latency.to_string(), &label, line) }</td> }
            }) }
            <td>{ outcome(page, name, title, image.outcome) }</td>
        </tr>
    }
}

/// A button for each behaviour; the current one is pressed.
fn outcome(page: &Page, name: &str, title: &str, now: Outcome) -> Html {
    html! {
        <div class="choice" role="group" aria-label={format!("{title}: {}", page.say(&words::IMAGE_OUTCOME))}>
            { for OUTCOMES.into_iter().map(|(outcome, phrase, word)| html! {
                <button aria-pressed={(outcome == now).to_string()}
                    onclick={page.on(Action::Run(format!("sim image {name} --outcome={word}").into()))}
                >{ page.say(phrase) }</button>
            }) }
        </div>
    }
}

fn loads(page: &Page, engine: &Engine) -> Html {
    let kinds = Kind::all().filter(|kind| kind.is_rolled_out());
    let targets: Vec<Key> = kinds
        .flat_map(|kind| engine.store().list(kind, None).map(Object::key))
        .take(SHOWN_MAX)
        .collect();
    html! {
        <section class="part">
            <h3>{ page.say(&words::LOAD) }</h3>
            <p class="quiet">{ page.say(if targets.is_empty() { &words::LOAD_NONE } else { &words::LOAD_HINT }) }</p>
            <ul class="loads">
                { for targets.iter().map(|target| load(page, engine, target)) }
            </ul>
        </section>
    }
}

fn load(page: &Page, engine: &Engine, target: &Key) -> Html {
    let mut loads = engine.world().loads.iter();
    let known = loads.find(|load| load.target == *target && load.resource == "cpu");
    let now = known.map_or_else(String::new, |load| match load.amount {
        Load::Shared(milli) | Load::EachPod(milli) => Quantity::milli(milli).to_string(),
    });
    let label = format!("{}: {target}", page.say(&words::LOAD));
    let object = format!("{}/{}", target.kind.name().to_lowercase(), target.name);
    let place = target.namespace.to_string();
    let line = move |text: String| match text.as_str() {
        "" => format!("sim load {object} cpu- -n {place}"),
        amount => format!("sim load {object} cpu={amount} -n {place}"),
    };
    html! {
        <li key={target.to_string()}>
            { link(target, target.to_string()) }
            { field(page, &now, &label, line) }
        </li>
    }
}

/// A field that runs a command when it loses focus or on Enter.
fn field(page: &Page, value: &str, label: &str, line: impl Fn(String) -> String + 'static) -> Html {
    let send = page.send.clone();
    let was = value.to_owned();
    let change = Callback::from(move |event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        let text = input.value().trim().to_owned();
        // A refused value is reported in the console, and the field is reset.
        input.set_value(&was);
        if !text.contains(char::is_whitespace) {
            send.emit(Action::Run(line(text).into()));
        }
    });
    html! {
        <input class="small-field" value={value.to_owned()} aria-label={label.to_owned()}
            onchange={change} spellcheck="false" autocapitalize="off" autocomplete="off" />
    }
}
