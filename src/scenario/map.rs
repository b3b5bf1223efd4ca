//! The list of lessons, by chapter (`www/lessons/index.yaml`).

use super::parse::{fields, list, number, one_document, string, within};
use super::{ScenarioFault, Words};
use serde_json::Value;
use std::rc::Rc;

/// All lessons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// The chapters, in order.
    pub chapters: Vec<Chapter>,
}

/// A chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its title.
    pub title: Words,
    /// Its lessons, in order.
    pub lessons: Vec<LessonEntry>,
}

/// A lesson in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonEntry {
    /// The name of its file, without `.yaml`.
    pub name: Rc<str>,
    /// Its title.
    pub title: Words,
    /// Its description.
    pub about: Words,
    /// The number of its pauses.
    pub steps: usize,
}

impl Map {
    /// Parses the list.
    ///
    /// # Errors
    /// It does not have the list's form.
    pub fn parse(text: &str) -> Result<Self, ScenarioFault> {
        let chapters = list("chapters", one_document(text)?)?;
        let chapters = chapters.into_iter().map(chapter);
        Ok(Self {
            chapters: chapters.collect::<Result<_, _>>()?,
        })
    }

    /// All lessons, in order.
    pub fn lessons(&self) -> impl Iterator<Item = &LessonEntry> {
        self.chapters.iter().flat_map(|chapter| &chapter.lessons)
    }
}

fn chapter(value: Value) -> Result<Chapter, ScenarioFault> {
    let mut fields = fields("chapter", value, &["title", "lessons"])?;
    let title = within("title", fields.remove("title"))?;
    let lessons = list("lessons", fields.remove("lessons").unwrap_or_default())?;
    let lessons = lessons.into_iter().map(entry);
    Ok(Chapter {
        title,
        lessons: lessons.collect::<Result<_, _>>()?,
    })
}

fn entry(value: Value) -> Result<LessonEntry, ScenarioFault> {
    let mut fields = fields("lesson", value, &["name", "title", "about", "steps"])?;
    Ok(LessonEntry {
        name: string("name", fields.remove("name"))?.into(),
        title: within("title", fields.remove("title"))?,
        about: within("about", fields.remove("about"))?,
        steps: number("steps", &fields.remove("steps").unwrap_or_default())?,
    })
}
