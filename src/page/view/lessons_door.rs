//! Where lessons come from, and where the progress in them is kept: files of the site, files of the user, and the
//! page's address (`#lesson=NAME&step=N`, `#lesson=yaml:TEXT`).

use crate::page::action::Action;
use crate::page::browser;
use crate::page::progress::{self, Progress};
use crate::page::state::Scene;
use gloo_events::EventListener;
use kubestep::scenario::Map;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

/// The list of the site's lessons.
const INDEX: &str = "lessons/index.yaml";

/// The lessons of the page, as seen from outside of its state.
pub struct Lessons {
    send: Callback<Action>,
    /// The pause that was stored last: the lesson, the number of the pause, and that of all.
    reached: Option<(Rc<str>, usize, usize)>,
    /// Whether the text has changed, so that the focus may be lost.
    turned: bool,
    _address: Option<EventListener>,
}

impl Lessons {
    /// Opens the lesson that the address names, now and whenever it changes.
    pub fn new(send: Callback<Action>) -> Self {
        Self {
            _address: follow_address(send.clone()),
            send,
            reached: None,
            turned: false,
        }
    }

    /// Loads what an action asks for, and sends the action that delivers it.
    pub fn fetch(&self, action: &Action) {
        let send = self.send.clone();
        match action.clone() {
            Action::Lessons(true) => spawn_local(async move {
                let text = load(INDEX).await;
                send.emit(Action::LessonMap(text));
            }),
            Action::Lesson(name, step) => {
                if let Some(text) = progress::linked(&name) {
                    let text = Some(Rc::from(text));
                    let step = step.unwrap_or(1);
                    send.emit(Action::LessonText(progress::LINK.into(), text, step));
                    return;
                }
                spawn_local(async move {
                    let text = match is_listed(&name).await {
                        true => load(&format!("lessons/{name}.yaml")).await,
                        false => None,
                    };
                    let step = step.unwrap_or_else(|| resumes_at(&name));
                    send.emit(Action::LessonText(name, text, step));
                });
            }
            Action::PickLesson => spawn_local(async move {
                if let Some((name, text)) = picked().await {
                    send.emit(Action::LessonText(name, Some(text), 1));
                }
            }),
            _ => {}
        }
    }

    /// Whether an action may remove the pressed button.
    pub fn turns_page(action: &Action) -> bool {
        matches!(
            action,
            Action::GoOn | Action::Skip | Action::LessonStep(_) | Action::Answer(_)
        )
    }

    /// Stores the pause that the user has come to, and puts it into the address.
    pub fn follow(&mut self, turns: bool, scene: Option<&Scene>) {
        let now =
            scene.and_then(|scene| Some((scene.lesson.clone()?, scene.step(), scene.steps())));
        self.turned |= turns || self.reached != now;
        if self.reached == now {
            return;
        }
        self.reached = now;
        if browser::is_embedded() {
            return;
        }
        let address = match &self.reached {
            Some((name, step, steps)) if progress::is_own(name) => {
                let mut own = stored();
                own.reach(name, *step, *steps);
                browser::keep(browser::LESSONS, &own.to_string());
                progress::fragment(name, *step)
            }
            // The address is the lesson.
            Some((name, ..)) if **name == *progress::LINK => return,
            _ => String::new(),
        };
        // Other fragments are not this module's.
        if !address.is_empty() || progress::address(&browser::fragment()).is_some() {
            browser::set_fragment(&address);
        }
    }

    /// Must be called after the document was updated.
    pub fn rendered(&mut self) {
        if std::mem::take(&mut self.turned) {
            browser::focus_if_lost(".lesson");
        }
    }
}

async fn load(address: &str) -> Option<Rc<str>> {
    let text = browser::load(address).await.ok()?;
    text.as_string().map(Rc::from)
}

/// Whether the site has a lesson of this name. Only then is its file requested: an address may contain anything.
async fn is_listed(name: &str) -> bool {
    let map = load(INDEX).await.map(|text| Map::parse(&text));
    map.is_some_and(|map| map.is_ok_and(|map| map.lessons().any(|entry| *entry.name == *name)))
}

/// The name and text of a file of the user. The name has its ending, so it is never that of one of the site's lessons.
async fn picked() -> Option<(Rc<str>, Rc<str>)> {
    let picked = browser::pick().await.ok()?;
    let picked = js_sys::Array::from(&picked);
    let text = |index| picked.get(index).as_string();
    Some((text(0)?.into(), text(1)?.into()))
}

fn stored() -> Progress {
    Progress::parse(&browser::kept(browser::LESSONS).unwrap_or_default())
}

fn resumes_at(name: &str) -> usize {
    stored()
        .of(name)
        .map_or(1, progress::LessonProgress::resumes_at)
}

fn follow_address(send: Callback<Action>) -> Option<EventListener> {
    let open = move || {
        let fragment = browser::fragment();
        if let Some((name, step)) = progress::address(&fragment) {
            send.emit(Action::Lesson(name.into(), step));
        }
    };
    open();
    let window = web_sys::window()?;
    Some(EventListener::new(&window, "hashchange", move |_| open()))
}
