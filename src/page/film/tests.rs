use super::*;
use crate::page::start::EXAMPLE;
use kubestep::api::kind::Kind;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl::run;
use kubestep::manifests;

/// Size limit of the film of a ten-pod rollout.
const WEIGHT_MAX: usize = 300_000;

fn engine() -> Engine {
    Engine::new(Config::default())
}

fn apply(engine: &mut Engine, text: &str) {
    manifests::apply(engine, text).expect("a valid manifest");
    engine.settle(5_000);
}

/// The tutorial's Deployment with a number of pods, after its rolling update.
fn rolled(replicas: usize) -> Engine {
    let mut engine = engine();
    let text = EXAMPLE.replace("replicas: 3", &format!("replicas: {replicas}"));
    apply(&mut engine, &text);
    apply(&mut engine, &text.replace("nginx:1.7.9", "nginx:1.9.1"));
    engine
}

fn rollout(engine: &Engine) -> String {
    film(engine, Range::rollout(engine), Language::English).expect("a film")
}

/// Asserts that a text is a single XML element, with quoted attributes, closed elements and known entities.
fn assert_well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((said, tag)) = rest.split_once('<') {
        assert!(!said.contains('>'), "a stray > in {said}");
        for entity in said.split('&').skip(1) {
            let name = entity.split(';').next().unwrap_or_default();
            assert!(["amp", "lt", "gt", "quot"].contains(&name), "{entity}");
        }
        let (tag, after) = tag.split_once('>').expect("the tag is closed");
        assert!(
            tag.matches('"').count().is_multiple_of(2) && !tag.contains('&'),
            "{tag}"
        );
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed by </{name}>");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap_or_default());
        }
        rest = after;
        assert!(!open.is_empty() || rest.is_empty(), "one element: {rest}");
    }
    assert!(open.is_empty() && rest.is_empty(), "{open:?} {rest}");
}

/// The pods after a number of steps, by the ends of their names.
fn pods(engine: &Engine, steps: usize) -> Vec<String> {
    let mut engine = engine.clone();
    engine.jump(steps);
    let objects = engine.store().list(Kind::Pod, None);
    objects
        .map(|object| {
            object
                .meta()
                .name
                .rsplit('-')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

/// The class of a pod's life in a film.
fn life<'a>(film: &'a str, pod: &str) -> &'a str {
    let (before, _) = film
        .split_once(&format!(">{pod}</text>"))
        .unwrap_or_else(|| panic!("{pod} is not in the picture"));
    let (_, class) = before
        .rsplit_once(r#"<g class="pod "#)
        .expect("a pod's group");
    class.split('"').next().unwrap_or_default()
}

#[test]
fn the_range_is_the_rollout_around_the_current_step() {
    let mut engine = rolled(3);
    let total = engine.steps().len();
    let users: Vec<usize> = (0..total)
        .filter(|index| engine.steps()[*index].is_user())
        .collect();
    let second = Range {
        first: users[1] + 1,
        last: total,
    };
    assert_eq!(Range::rollout(&engine), second);
    engine.jump(users[1] + 7);
    assert_eq!(Range::rollout(&engine), second);
    engine.jump(users[1]);
    assert_eq!(
        Range::rollout(&engine),
        Range {
            first: 1,
            last: users[1]
        }
    );
}

#[test]
fn every_pod_of_a_rollout_appears_and_disappears() {
    let engine = rolled(3);
    let range = Range::rollout(&engine);
    let film = rollout(&engine);
    let (old, new) = (pods(&engine, range.first - 1), pods(&engine, range.last));
    assert_eq!((old.len(), new.len()), (3, 3));
    let shots = shots::shots(&engine, range, Language::English)
        .expect("shots")
        .len();
    for pod in old {
        let (start, end) = life(&film, &pod)[1..].split_once('-').expect("a span");
        assert!(
            start == "0" && end.parse::<usize>().is_ok_and(|end| end < shots),
            "{pod}: {start}-{end}"
        );
    }
    for pod in new {
        let (start, end) = life(&film, &pod)[1..].split_once('-').expect("a span");
        assert!(
            start != "0" && end == shots.to_string(),
            "{pod}: {start}-{end}"
        );
    }
}

#[test]
fn a_film_is_self_contained() {
    let film = rollout(&rolled(3));
    assert_well_formed(&film);
    assert!(film.contains("<title id=\"title\">Deployment nginx-deployment, steps "));
    for outside in ["<script", "<image", "@import", "<foreignObject", "onload"] {
        assert!(!film.contains(outside), "{outside}");
    }
    let addresses: Vec<&str> = film
        .match_indices("http")
        .map(|(at, _)| &film[at..at + 26])
        .collect();
    assert_eq!(addresses, ["http://www.w3.org/2000/svg"]);
    assert!(
        film.contains("prefers-color-scheme:dark")
            && film.contains("prefers-reduced-motion:reduce")
    );
}

#[test]
fn a_ten_pod_film_is_small() {
    let film = rollout(&rolled(10));
    assert_well_formed(&film);
    assert!(film.len() <= WEIGHT_MAX, "{} bytes", film.len());
}

#[test]
fn equal_steps_give_equal_bytes() {
    assert!(rollout(&rolled(3)) == rollout(&rolled(3)));
}

#[test]
fn user_input_is_escaped() {
    let mut engine = rolled(3);
    let output = run::run(
        &mut engine,
        r#"kubectl annotate deployment nginx-deployment note='<b>&"</b>'"#,
        None,
    );
    assert_eq!(output.exit, 0, "{}", output.stderr);
    let film = rollout(&engine);
    assert_well_formed(&film);
    assert!(
        film.contains("note='&lt;b&gt;&amp;&quot;&lt;/b&gt;'"),
        "{film}"
    );
}

#[test]
fn one_step_is_a_still() {
    let mut engine = rolled(3);
    engine.jump(40);
    let still = film(
        &engine,
        Range {
            first: 40,
            last: 40,
        },
        Language::English,
    )
    .expect("a still");
    assert_well_formed(&still);
    assert!(
        !still.contains("@keyframes") && !still.contains("opacity:0}"),
        "{still}"
    );
    assert!(still.contains("Deployment nginx-deployment, step 40"));
}

#[test]
fn stateful_set_pods_are_replaced_in_place() {
    let mut engine = engine();
    let text = EXAMPLE
        .replace("kind: Deployment", "kind: StatefulSet")
        .replace("spec:\n  replicas: 3", "spec:\n  updateStrategy:\n    rollingUpdate:\n      partition: 1\n  serviceName: web\n  replicas: 3");
    apply(&mut engine, &text);
    apply(&mut engine, &text.replace("nginx:1.7.9", "nginx:1.9.1"));
    let film = rollout(&engine);
    assert_well_formed(&film);
    assert!(film.contains(">Partition 1<"));
    let twice = |pod: &str| film.matches(&format!("{pod}</text>")).count();
    assert_eq!(
        [0, 1, 2].map(|ordinal| twice(&format!("-deployment-{ordinal}"))),
        [1, 2, 2]
    );
}

#[test]
fn empty_and_oversized_films_are_refused() {
    let refused = |engine: &Engine| {
        film(engine, Range::rollout(engine), Language::English).expect_err("refused")
    };
    assert_eq!(refused(&engine()), NoFilm::Empty);
    let mut many = engine();
    apply(&mut many, &EXAMPLE.replace("replicas: 3", "replicas: 301"));
    let NoFilm::Places(301) = refused(&many) else {
        panic!("{:?}", refused(&many))
    };
    let mut long = engine();
    apply(&mut long, &EXAMPLE.replace("replicas: 3", "replicas: 100"));
    assert!(matches!(refused(&long), NoFilm::Shots(_)));
    assert!(
        refused(&long)
            .sentence(Language::English)
            .contains("Choose fewer steps")
    );
}
