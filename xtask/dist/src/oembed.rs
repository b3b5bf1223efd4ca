//! A page with a preview and an oEmbed description for each lesson, so that its address can be pasted where addresses
//! become frames. Addresses in oEmbed must be absolute, since other sites insert the `html` into their own pages:
//! both are only written if the address of the site is given.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::files::{read_text, write};

/// The folder of the descriptions, within the site.
pub const FOLDER: &str = "oembed";

/// Size of a frame in pixels.
const SIZE: (u32, u32) = (760, 480);

/// What a frame may do: run scripts, and open the whole page in a new tab. `www/kube-step.js` has the same list.
const SANDBOX: &str = "allow-scripts allow-popups allow-popups-to-escape-sandbox";

/// A chapter of `lessons/index.yaml`.
#[derive(Deserialize)]
struct Chapter {
    lessons: Vec<Lesson>,
}

#[derive(Deserialize)]
struct Lesson {
    name: String,
    title: Words,
    about: Words,
}

#[derive(Deserialize)]
struct Words {
    en: String,
    #[serde(rename = "zh-CN")]
    chinese: String,
}

/// An oEmbed response, version 1.0.
#[derive(Serialize)]
struct Embed<'a> {
    version: &'a str,
    r#type: &'a str,
    provider_name: &'a str,
    provider_url: &'a str,
    title: &'a str,
    html: String,
    width: u32,
    height: u32,
}

/// Writes the pages and descriptions of all lessons of a site with a given address.
pub fn write_all(site: &Path, base: &str) -> Result<()> {
    let folder = site.join(FOLDER);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let list = read_text(&site.join("lessons/index.yaml"))?;
    for lesson in lessons(&list)? {
        let name = &lesson.name;
        write(&folder.join(format!("{name}.json")), json(&lesson, base)?)?;
        let page = site.join(format!("lessons/{name}.html"));
        write(&page, html(&lesson, base)?)?;
    }
    Ok(())
}

fn lessons(list: &str) -> Result<Vec<Lesson>> {
    let chapters: Vec<Chapter> = serde_yaml::from_str(list).context("lessons/index.yaml")?;
    Ok(chapters
        .into_iter()
        .flat_map(|chapter| chapter.lessons)
        .collect())
}

fn json(lesson: &Lesson, base: &str) -> Result<String> {
    let (width, height) = SIZE;
    let (name, title) = (&lesson.name, escaped(&lesson.title.en));
    let embed = Embed {
        version: "1.0",
        r#type: "rich",
        provider_name: "kubestep",
        provider_url: base,
        title: &lesson.title.en,
        html: format!(
            "<iframe src=\"{base}?embed=1#lesson={name}\" title=\"{title}\" width=\"{width}\" height=\"{height}\" \
             loading=\"lazy\" sandbox=\"{SANDBOX}\"></iframe>"
        ),
        width,
        height,
    };
    serde_json::to_string_pretty(&embed).context("an oEmbed response")
}

/// The page of a lesson: for programs that show previews, and for readers a way to the lesson.
fn html(lesson: &Lesson, base: &str) -> Result<String> {
    let name = &lesson.name;
    let [title, about, chinese] =
        [&lesson.title.en, &lesson.about.en, &lesson.title.chinese].map(|text| escaped(text));
    let mut page = String::new();
    write!(
        page,
        "<!DOCTYPE html>
<html lang=\"en\">
  <head>
    <meta charset=\"utf-8\" />
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\" />
    <meta http-equiv=\"refresh\" content=\"0; url=../#lesson={name}\" />
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />
    <title>{title} · kubestep</title>
    <meta name=\"description\" content=\"{about}\" />
    <meta property=\"og:title\" content=\"{title}\" />
    <meta property=\"og:description\" content=\"{about}\" />
    <meta property=\"og:url\" content=\"{base}lessons/{name}.html\" />
    <link rel=\"canonical\" href=\"{base}lessons/{name}.html\" />
    <link rel=\"alternate\" type=\"application/json+oembed\" href=\"{base}{FOLDER}/{name}.json\" title=\"{title}\" />
  </head>
  <body>
    <h1>{title}</h1>
    <p>{about}</p>
    <p><a href=\"../#lesson={name}\">Open the lesson · <span lang=\"zh-CN\">打开课程：{chinese}</span></a></p>
  </body>
</html>
"
    )
    .context("the page of a lesson")?;
    Ok(page)
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = include_str!("../../../www/lessons/index.yaml");
    const BASE: &str = "https://example.org/k/";

    #[test]
    fn every_lesson_has_a_description_that_other_sites_can_insert() {
        let all = lessons(LIST).expect("the list");
        assert!(all.len() >= 20, "{}", all.len());
        for lesson in &all {
            let json = json(lesson, BASE).expect("a description");
            let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            assert_eq!(
                (&value["version"], &value["type"]),
                (&"1.0".into(), &"rich".into())
            );
            assert_eq!(value["title"], *lesson.title.en);
            let html = value["html"].as_str().expect("HTML");
            let src = format!("src=\"{BASE}?embed=1#lesson={}\"", lesson.name);
            assert!(
                html.starts_with("<iframe ") && html.contains(&src),
                "{html}"
            );
        }
    }

    #[test]
    fn the_page_of_a_lesson_leads_to_its_description_and_to_the_lesson() {
        let words = |text: &str| Words {
            en: text.to_owned(),
            chinese: "更新".to_owned(),
        };
        let lesson = Lesson {
            name: "update".to_owned(),
            title: words("A \"rolling\" <update>"),
            about: words("One & all"),
        };
        let page = html(&lesson, BASE).expect("a page");
        assert!(
            page.contains("href=\"https://example.org/k/oembed/update.json\""),
            "{page}"
        );
        assert!(page.contains("url=../#lesson=update\""), "{page}");
        assert!(
            page.contains("<h1>A &quot;rolling&quot; &lt;update&gt;</h1>"),
            "{page}"
        );
    }

    #[test]
    fn frames_are_sandboxed_as_those_of_the_element() {
        let element = include_str!("../../../www/kube-step.js");
        assert!(element.contains(&format!("sandbox = \"{SANDBOX}\"")));
    }
}
