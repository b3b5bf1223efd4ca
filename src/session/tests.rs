//! Hostile links and files, 10,000 of them mutated: each is refused, or opens, without a panic and without taking
//! long.

use super::{Log, PageFiles, Replay, SavedAction, SessionRefusal, compact, deflate, file, link};
use crate::engine::{Config, Engine, Input};
use crate::kubectl::{self, repeat};
use crate::manifests;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How soon each must be answered.
const SOON: Duration = Duration::from_millis(200);

/// The wall clock, which only measures here.
#[allow(clippy::disallowed_methods, reason = "nothing depends on it")]
fn now() -> Instant {
    Instant::now()
}

/// A session with a bit of everything.
fn session() -> Log {
    let mut engine = Engine::new(Config::default());
    manifests::apply(&mut engine, include_str!("../page/example.yaml")).expect("a manifest");
    engine.settle(1_000);
    for line in [
        "kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1",
        "kubectl rollout status deployment/nginx-deployment",
        "sim node node-2 --silent",
        "sim clock 50s",
        "kubectl drain node-1 node-3 --force",
    ] {
        kubectl::run(&mut engine, line, None);
    }
    engine.jump(30);
    kubectl::run(&mut engine, "kubectl delete pod --all --wait=false", None);
    let number = engine.queues().ready().nth(1).map(|item| item.number);
    engine
        .step_item(number.expect("two items"))
        .expect("a step");
    Log::of(&engine, Some("a: b\n")).expect("a log")
}

/// A session with several files, one of which is in the editor.
fn session_with_files() -> Log {
    session().with_files(&PageFiles {
        name: "web.yaml".into(),
        text: "a: b\n".into(),
        others: vec![
            ("k8s/db.yaml".into(), "c: d\n".into()),
            ("notes.txt".into(), "".into()),
        ],
    })
}

/// Numbers that look random.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        let step = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = step.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }

    /// Changes some bytes: flips a bit, removes, repeats, inserts, or cuts off.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            let end = (at + 1 + self.below(12)).min(bytes.len());
            match self.below(6) {
                0 | 1 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                2 => drop(bytes.drain(at..end)),
                3 => bytes.extend_from_within(at..end),
                4 => bytes.insert(at, self.below(256) as u8),
                _ => bytes.truncate(bytes.len() - self.below(8).min(bytes.len())),
            }
        }
    }
}

/// Reads it, and replays it for a while if it can be read. Returns whether it was refused. It must not take long, for
/// which one of three attempts is enough: the machine may be busy.
fn answer(read: impl Fn() -> Result<Log, SessionRefusal>) -> bool {
    let mut slow = String::new();
    for _ in 0..3 {
        match attempt(&read) {
            Ok(refused) => return refused,
            Err(what) => slow = what,
        }
    }
    panic!("{slow}");
}

/// Whether it was refused, or what took too long.
fn attempt(read: impl Fn() -> Result<Log, SessionRefusal>) -> Result<bool, String> {
    let begun = now();
    let log = read();
    let took = begun.elapsed();
    if took >= SOON {
        return Err(format!("{took:?} until {log:?}"));
    }
    let Ok(log) = log else {
        return Ok(true);
    };
    let mut replay = Replay::new(log);
    let begun = now();
    while begun.elapsed() < SOON {
        let slice = now();
        let over = replay.go_on(4, repeat);
        let took = slice.elapsed();
        if took >= SOON {
            return Err(format!("{took:?} for a slice"));
        }
        if over != Ok(false) {
            return Ok(over.is_err());
        }
    }
    Ok(false)
}

#[test]
fn mutated_links_are_refused() {
    let mut chance = Chance(1);
    for good in [link::write(&session()), link::write(&session_with_files())] {
        for _ in 0..2_000 {
            let mut bytes = good.clone().into_bytes();
            chance.mutate(&mut bytes);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if text != good {
                assert!(answer(|| link::read(&text)), "{text}");
            }
        }
    }
}

#[test]
fn mutated_contents_with_a_correct_checksum_are_answered() {
    let mut chance = Chance(2);
    let good = [session(), session_with_files()].map(|log| compact::write(&log));
    let mut opened = 0;
    for round in 0..3_000 {
        let good = &good[round % 2];
        let mut bytes = good[..good.len() - 4].to_vec();
        chance.mutate(&mut bytes);
        bytes.extend(compact::checksum(&bytes).to_le_bytes());
        let packed = deflate::deflate(&bytes);
        opened += usize::from(!answer(|| {
            compact::read(&deflate::inflate(&packed)?, round % 2 == 1)
        }));
    }
    assert!(opened > 100, "only {opened} could be opened");
}

#[test]
fn mutated_files_are_answered() {
    let mut chance = Chance(3);
    let good = [session(), session_with_files()].map(|log| file::write(&log));
    let mut opened = 0;
    for round in 0..3_000 {
        let mut bytes = good[round % 2].clone().into_bytes();
        chance.mutate(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        opened += usize::from(!answer(|| file::read(&text)));
    }
    assert!(opened > 100, "only {opened} could be opened");
}

#[test]
fn several_files_are_part_of_a_session() {
    let log = session_with_files();
    let (link, text) = (link::write(&log), file::write(&log));
    assert!(link.starts_with('2') && text.contains("\"kubestepSession\": 2"));
    assert_eq!(link::read(&link).as_ref(), Ok(&log));
    assert_eq!(file::read(&text).as_ref(), Ok(&log));
    let opened = Replay::new(log.clone()).finish(repeat).expect("a replay");
    assert!(opened.is_same);
    assert_eq!((opened.name, opened.files), (log.name, log.files));

    // A single file is what earlier versions read.
    let one = session();
    let (link, text) = (link::write(&one), file::write(&one));
    assert!(link.starts_with('1') && text.contains("\"kubestepSession\": 1"));
    let mixed = file::write(&session_with_files()).replace("Session\": 2", "Session\": 1");
    let refusal = file::read(&mixed).expect_err("version 1 has no files");
    assert!(matches!(refusal, SessionRefusal::Damaged(_)), "{refusal}");
}

#[test]
fn hostile_sessions_are_refused_by_their_reason() {
    let log = session();
    let refused = |log: &Log| {
        let by_link = link::read(&link::write(log)).expect_err("a hostile link");
        let text = file::write(log);
        if text.len() <= super::TEXT_MAX {
            assert_eq!(file::read(&text), Err(by_link.clone()));
        }
        by_link.to_string()
    };
    let with = |change: fn(&mut Log)| {
        let mut log = log.clone();
        change(&mut log);
        log
    };
    let many = with(|log| log.futures[0].entries = vec![SavedAction::Item(0); 1_000_000]);
    assert!(link::write(&many).len() < 10_000, "it is a bomb");
    assert_eq!(
        refused(&many),
        "This session is too long: at most 20000 actions are allowed."
    );
    for count in [300_000, usize::MAX] {
        let mut long = log.clone();
        long.futures[0].entries = vec![SavedAction::Steps(count), SavedAction::Steps(count)];
        assert_eq!(
            refused(&long),
            "This session is too long: at most 200000 steps are allowed."
        );
    }
    let futures = with(|log| log.futures.resize(2_000, super::SavedFuture::default()));
    assert_eq!(
        refused(&futures),
        "This session has too many futures: at most 1000 are allowed."
    );
    let clock = with(|log| log.futures[0].entries.push(SavedAction::Clock(i64::MAX)));
    assert_eq!(
        refused(&clock),
        "This session is damaged: it moves the clock too far."
    );
    let cycle = with(|log| log.futures[1].of = 1);
    assert_eq!(
        refused(&cycle),
        "This session is damaged: a future begins in a later one."
    );
    let nowhere = with(|log| log.future = 9);
    assert_eq!(
        refused(&nowhere),
        "This session is damaged: its future does not exist."
    );
    let big = with(|log| log.editor = Some("a".repeat(super::TEXT_MAX + 1).into()));
    assert_eq!(
        refused(&big),
        "This session is too large: at most 4194304 bytes are allowed."
    );
}

#[test]
fn what_is_no_session_is_called_so() {
    let said = |text: &str| {
        let by_link = link::read(text).expect_err("no link").to_string();
        (by_link, file::read(text).expect_err("no file").to_string())
    };
    let foreign = "This is not a session of kubestep.".to_owned();
    for text in ["", "lesson=13&step=9", "a: b", "{}", "[1", "null"] {
        assert_eq!(said(text), (foreign.clone(), foreign.clone()), "{text}");
    }
    let newer = link::read("https://kubestep.dev/#3abc").expect_err("newer");
    assert_eq!(newer, SessionRefusal::Newer);
    let newer = file::read(r#"{"kubestepSession": 3, "unknown": []}"#).expect_err("newer");
    assert_eq!(newer, SessionRefusal::Newer);
    let nested = format!(
        r#"{{"kubestepSession": 1, "log": {}"#,
        "[".repeat(1_000_000)
    );
    assert!(matches!(
        file::read(&nested),
        Err(SessionRefusal::Damaged(_))
    ));
    let old = file::write(&session()).replacen("1.37", "1.12", 1);
    assert_eq!(
        file::read(&old).expect_err("unknown").to_string(),
        "This session cannot be opened: unknown version 1.12: it must be one of 1.36, 1.37."
    );
}

#[test]
fn commands_that_run_the_cluster_do_nothing_in_a_replay() {
    for line in [
        "sim clock 10000h",
        "kubectl sim clock 9h",
        "sim version 1.36 --again",
    ] {
        let mut log = session();
        log.futures.truncate(1);
        log.future = 0;
        log.futures[0]
            .entries
            .push(SavedAction::Input(Rc::new(Input::Command {
                line: line.into(),
                stdin: None,
                files: Box::default(),
            })));
        let known = Replay::new(log).finish(repeat).expect("a replay");
        assert!(!known.is_same, "{line}");
        assert!(known.engine.now().0 < 3_600_000, "{line}");
    }
}
