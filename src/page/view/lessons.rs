//! The list of lessons, with the user's progress, as a dialog.

use super::context::{Page, use_page};
use super::dialog::use_dialog;
use super::glyph::glyph;
use crate::page::action::Action;
use crate::page::browser;
use crate::page::progress::Progress;
use crate::page::words;
use kubestep::scenario::{Chapter, LessonEntry, Map};
use std::fmt::Display;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of the list.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Whether it is shown.
    pub open: bool,
    /// The list, or why it cannot be loaded; `None` while it is being loaded.
    pub map: Option<Result<Rc<Map>, String>>,
}

/// The list, as a dialog.
#[component]
pub fn Lessons(props: &Props) -> Html {
    let page = use_page();
    let dialog = use_dialog(props.open);
    let progress = Progress::parse(&browser::kept(browser::LESSONS).unwrap_or_default());
    html! {
        <dialog ref={dialog} class="help lessons" aria-labelledby="lessons-title" onclose={page.on(Action::Lessons(false))}>
            <h2 id="lessons-title">{ page.say(&words::LESSONS) }</h2>
            <p>{ page.say(&words::LESSONS_ABOUT) }</p>
            { match &props.map {
                Some(Ok(map)) => chapters(&page, map, &progress),
                Some(Err(why)) => html! { <p>{ why.clone() }</p> },
                None => html! { <p class="quiet">{ page.say(&words::LESSONS_COMES) }</p> },
            } }
            <div class="help-end">
                <button class="button" onclick={page.on(Action::PickLesson)}>{ page.say(&words::LESSONS_OPEN) }</button>
                <button class="button" onclick={page.on(Action::Lessons(false))}>{ page.say(&words::CLOSE) }</button>
            </div>
        </dialog>
    }
}

/// The chapters. The first lesson that is not done is the one suggested.
fn chapters(page: &Page, map: &Map, progress: &Progress) -> Html {
    let is_done = |entry: &&LessonEntry| progress.of(&entry.name).is_some_and(|own| own.done);
    let all = map.lessons().count();
    let done = map.lessons().filter(is_done).count();
    let next = map.lessons().find(|entry| !is_done(entry));
    let next = next.map(|entry| &*entry.name);
    let values: &[(&str, &dyn Display)] = &[("done", &done), ("all", &all)];
    html! {
        <>
            <p class="quiet">{ page.fill(&words::LESSONS_DONE_COUNT, values) }</p>
            { for map.chapters.iter().map(|each| chapter(page, each, progress, next)) }
        </>
    }
}

fn chapter(page: &Page, chapter: &Chapter, progress: &Progress, next: Option<&str>) -> Html {
    html! {
        <section>
            <h3>{ chapter.title.text(page.language).to_owned() }</h3>
            <ol>
                { for chapter.lessons.iter().map(|entry| {
                    let is_next = next == Some(&*entry.name);
                    lesson(page, entry, progress, is_next)
                }) }
            </ol>
        </section>
    }
}

fn lesson(page: &Page, entry: &LessonEntry, progress: &Progress, is_next: bool) -> Html {
    let own = progress.of(&entry.name);
    let done = own.is_some_and(|own| own.done);
    let state = match own {
        Some(own) if own.step < own.steps && !own.done => {
            let values: &[(&str, &dyn Display)] = &[("step", &own.step), ("steps", &entry.steps)];
            page.fill(&words::LESSONS_AT, values)
        }
        Some(own) if own.done => page.say(&words::LESSONS_DONE).to_owned(),
        _ => page.say(&words::LESSONS_NEW).to_owned(),
    };
    let about = format!("lesson-{}", entry.name);
    html! {
        <li>
            <button class={classes!("button", is_next.then_some("primary"))} aria-describedby={about.clone()}
                onclick={page.on(Action::Lesson(entry.name.clone(), None))}>
                { entry.title.text(page.language).to_owned() }
            </button>
            <p id={about}>
                { entry.about.text(page.language).to_owned() }
                <span class={classes!("lesson-state", done.then_some("done"))}>
                    if done {
                        { glyph("done") }
                    }
                    { state }
                </span>
            </p>
        </li>
    }
}
