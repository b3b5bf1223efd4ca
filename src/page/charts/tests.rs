use super::*;
use kubestep::engine::{Config, Engine};
use kubestep::manifests;
use kubestep::versions::Version;

/// The boxes with the features of all versions.
fn nodes(chart: &'static Chart) -> Vec<(&'static Stage, &'static ChartBox, Rect)> {
    let mut nodes: Vec<(&Stage, &ChartBox, Rect)> = Vec::new();
    for (stage, node, rect) in Version::ALL
        .into_iter()
        .flat_map(|version| of_version(chart, version))
    {
        if !nodes
            .iter()
            .any(|(_, known, _)| known.branch == node.branch)
        {
            nodes.push((stage, node, rect));
        }
    }
    nodes
}

fn of_version(
    chart: &'static Chart,
    version: Version,
) -> Vec<(&'static Stage, &'static ChartBox, Rect)> {
    let features = Features::from(version);
    let mut nodes = Vec::new();
    for (stage, rect) in chart.placed(features) {
        let shown = stage.shown(features);
        nodes.extend(shown.map(|node| (stage, node, node.place(stage, rect, features))));
    }
    nodes
}

#[test]
fn a_version_shows_the_branches_that_it_can_take() {
    let chart = chart(Actor::StatefulSet);
    let ids = |version| {
        let nodes = of_version(chart, version).into_iter();
        nodes.map(|(_, node, _)| node.branch.id).collect::<Vec<_>>()
    };
    let (old, new) = (ids(Version::V1_36), ids(Version::V1_37));
    for (id, in_old, in_new) in [
        ("statefulset/update-wait", true, false),
        ("statefulset/unavailable-delete", false, true),
        ("statefulset/max-unavailable-delete", false, true),
        ("statefulset/update-done", true, true),
    ] {
        assert_eq!(
            (old.contains(&id), new.contains(&id)),
            (in_old, in_new),
            "{id}"
        );
    }
}

fn chart(actor: Actor) -> &'static Chart {
    of(actor).unwrap_or_else(|| panic!("{actor} has no chart"))
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

#[test]
fn every_branch_has_one_box_in_its_stage() {
    for actor in Actor::ALL.iter().copied() {
        let chart = chart(actor);
        assert_eq!(chart.actor, actor);
        let nodes = nodes(chart);
        assert_eq!(nodes.len(), actor.spec().branches.len(), "{actor}");
        for branch in actor.spec().branches {
            let found = nodes.iter().filter(|(_, node, _)| node.branch == *branch);
            let stages: Vec<&str> = found.map(|(stage, ..)| stage.name).collect();
            assert_eq!(stages, [branch.stage], "{}", branch.id);
        }
    }
}

#[test]
fn no_two_boxes_overlap_and_all_are_inside() {
    let all = Actor::ALL.iter().copied();
    for (actor, version) in all.flat_map(|actor| Version::ALL.map(|version| (actor, version))) {
        let (chart, features) = (chart(actor), version.into());
        let mut rects: Vec<(&str, Rect)> = chart
            .placed(features)
            .into_iter()
            .map(|(stage, rect)| (stage.name, rect))
            .collect();
        let boxes = of_version(chart, version);
        rects.extend(boxes.iter().map(|(_, node, rect)| (node.branch.id, *rect)));
        for (index, (name, rect)) in rects.iter().enumerate() {
            assert!(rect.x >= 0 && rect.y >= 0, "{name}");
            assert!(rect.x + rect.w <= WIDTH, "{name}");
            assert!(rect.y + rect.h <= chart.height(features), "{name}");
            for (other, its) in &rects[..index] {
                assert!(!overlap(*rect, *its), "{actor}: {name} and {other}");
            }
        }
    }
}

#[test]
fn paths_lead_down_to_existing_stages() {
    for actor in Actor::ALL.iter().copied() {
        let stages: Vec<&str> = chart(actor).stages.iter().map(|stage| stage.name).collect();
        for (stage, node, _) in nodes(chart(actor)) {
            let Then::To(name) = node.then else { continue };
            let here = stages.iter().position(|known| *known == stage.name);
            let there = stages.iter().position(|known| *known == name);
            assert!(there > here, "{} leads to {name}", node.branch.id);
        }
    }
}

/// Width of a text in units; Chinese characters are square.
fn width(text: &str) -> i32 {
    let wide = |letter: char| if letter.is_ascii() { 50 } else { 100 };
    text.chars().map(wide).sum::<i32>() / 10
}

#[test]
fn labels_fit_into_their_boxes_in_every_language() {
    // The marks of the pseudo-language need room of their own.
    let languages = Language::ALL.iter().filter(|one| **one != Language::Pseudo);
    for language in languages.copied() {
        for actor in Actor::ALL.iter().copied() {
            for (stage, node, rect) in nodes(chart(actor)) {
                let label = node.label.text(language);
                assert!(width(label) <= rect.w - 12, "{}: {label}", node.branch.id);
                for line in draw::lines(stage.label.text(language)) {
                    assert!(width(&line) <= STAGE - 4, "{}: {line}", stage.name);
                }
            }
        }
    }
}

#[test]
fn boxes_show_only_facts_of_their_branch() {
    for actor in Actor::ALL.iter().copied() {
        for (_, node, _) in nodes(chart(actor)) {
            let fits = node
                .numbers
                .is_none_or(|numbers| numbers.has_only(node.branch.facts));
            assert!(fits, "{}", node.branch.id);
        }
    }
}

#[test]
fn every_decision_of_a_rollout_highlights_its_box_with_numbers() {
    let mut engine = Engine::new(Config::default());
    let manifest = |image: &str| crate::page::start::EXAMPLE.replace("nginx:1.7.9", image);
    for image in ["nginx:1.7.9", "nginx:1.9.1"] {
        manifests::apply(&mut engine, &manifest(image)).expect("a valid manifest");
        engine.settle(1000);
    }
    let mut seen = 0;
    let features = engine.store().registers.features;
    for step in engine.steps() {
        let kubestep::engine::StepKind::Work(item) = &step.action else {
            continue;
        };
        let chart = chart(item.actor);
        for language in Language::ALL.iter().copied() {
            let svg = draw::svg(chart, &step.decisions, None, features, language);
            assert!(!svg.contains('{'), "{svg}");
            for made in &step.decisions {
                let lit = format!(r#"<g class="node lit" data-branch="{}""#, made.branch.id);
                assert!(svg.contains(&lit), "{} is not highlighted", made.branch.id);
                seen += 1;
            }
            let lit = svg.matches("\"node lit").count();
            let mut ids: Vec<&str> = step.decisions.iter().map(|made| made.branch.id).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(lit, ids.len());
        }
        for made in &step.decisions {
            let depth = draw::depth(chart, made, features);
            assert!(depth > 0.0 && depth < 1.0, "{}", made.branch.id);
        }
    }
    assert!(seen > 50, "{seen}");
}
