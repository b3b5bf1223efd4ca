//! The scenarios of the start screen (`www/scenarios`). They are part of the page, because they are offered at once;
//! lessons are loaded when they are opened.

use kubestep::scenario::Scenario;
use std::rc::Rc;

/// The files, in the order of the start screen.
const FILES: [&str; 3] = [
    include_str!("../../www/scenarios/rolling-update.yaml"),
    include_str!("../../www/scenarios/canary.yaml"),
    include_str!("../../www/scenarios/broken-image.yaml"),
];

/// All scenarios, in the order of the start screen. The tests parse the same files and fail on errors.
pub fn all() -> Rc<[Rc<Scenario>]> {
    let read = FILES.iter().filter_map(|text| Scenario::parse(text).ok());
    read.map(Rc::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubestep::scenario::Cue;
    use kubestep::texts::Language;

    #[test]
    fn every_file_parses_and_has_every_language() {
        assert_eq!(all().len(), FILES.len());
        for scenario in all().iter() {
            assert!(matches!(scenario.cues.first(), Some(Cue::Apply(_))));
            assert!(matches!(scenario.cues.last(), Some(Cue::Say(_))));
            let said = scenario.cues.iter().filter_map(Cue::callout);
            let said = said.map(|callout| &callout.text);
            for words in said.chain([&scenario.title, &scenario.about]) {
                for language in [Language::English, Language::Chinese] {
                    assert!(words.only(language).is_some(), "{words:?}");
                }
            }
        }
    }
}
