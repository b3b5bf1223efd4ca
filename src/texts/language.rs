//! The languages of the page. Kubernetes' own messages are always English.

/// `Variant "tag" "name";` for each language; its texts are in `src/texts/TAG.toml`. No other code depends on
/// single languages.
macro_rules! languages {
    ($($(#[$only:meta])? $language:ident $tag:literal $name:literal;)*) => {
        /// A language of the page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Language {
            $($(#[$only])? #[doc = $name] $language,)*
        }

        impl Language {
            /// All languages, in the order in which a [`Text`](super::Text) holds them.
            pub const ALL: &[Self] = &[$($(#[$only])? Self::$language),*];

            /// Its BCP 47 tag, used for the `lang` attribute and the file name of the catalogue.
            #[must_use]
            pub const fn tag(self) -> &'static str {
                match self {
                    $($(#[$only])? Self::$language => $tag,)*
                }
            }

            /// Its name in the language itself.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $($(#[$only])? Self::$language => $name,)*
                }
            }
        }
    };
}

languages! {
    English "en" "English";
    Chinese "zh-CN" "简体中文";
    #[cfg(feature = "pseudo")]
    Pseudo "en-XA" "⟦English⟧";
}

impl Language {
    /// The language for a browser's tag such as `zh-TW`: an exact match, or else one with the same primary subtag.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        let primary = |tag: &'static str| tag.split('-').next().unwrap_or_default();
        let wanted = tag.split('-').next().unwrap_or_default();
        let mut all = Self::ALL.iter().copied();
        let exact = all.clone().find(|language| same(language.tag(), tag));
        exact.or_else(|| all.find(|language| same(primary(language.tag()), wanted)))
    }

    /// The next language, in a cycle.
    #[must_use]
    pub fn next(self) -> Self {
        let after = Self::ALL.get(self as usize + 1);
        after.copied().unwrap_or_default()
    }
}

impl Default for Language {
    /// The first language, whose catalogue defines the set of texts.
    fn default() -> Self {
        Self::English
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_matched_to_languages() {
        let tags = ["en", "en-GB", "zh-CN", "zh-TW", "ZH", "en-XA", "fr", ""];
        let found = tags.map(|tag| Language::of_tag(tag).map(Language::tag));
        let (english, chinese) = (Some("en"), Some("zh-CN"));
        let pseudo = Some("en-XA");
        assert_eq!(
            found,
            [
                english, english, chinese, chinese, chinese, pseudo, None, None
            ]
        );
    }

    #[test]
    fn languages_form_a_cycle() {
        let mut language = Language::default();
        let mut seen = Vec::new();
        for _ in Language::ALL {
            seen.push(language);
            language = language.next();
        }
        assert_eq!(
            (seen.as_slice(), language),
            (Language::ALL, Language::default())
        );
    }
}
