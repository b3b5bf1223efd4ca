//! The languages in which things are explained. What Kubernetes says itself stays English.

/// `Variant "tag" "name";` for each language: its texts stand in the catalogue of its tag, `src/texts/TAG.toml`.
/// There is no `match` on a language anywhere else.
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

            /// Its tag (BCP 47), as in the attribute `lang` and in the name of its catalogue.
            #[must_use]
            pub const fn tag(self) -> &'static str {
                match self {
                    $($(#[$only])? Self::$language => $tag,)*
                }
            }

            /// What its speakers call it.
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
    /// The language of a tag such as `zh-TW`, as browsers have them: if not the very one, one with the same beginning.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        let primary = |tag: &'static str| tag.split('-').next().unwrap_or_default();
        let wanted = tag.split('-').next().unwrap_or_default();
        let mut all = Self::ALL.iter().copied();
        let exact = all.clone().find(|language| same(language.tag(), tag));
        exact.or_else(|| all.find(|language| same(primary(language.tag()), wanted)))
    }

    /// The language after this one, and after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        let after = Self::ALL.get(self as usize + 1);
        after.copied().unwrap_or_default()
    }
}

impl Default for Language {
    /// The first row, whose catalogue says which texts there are.
    fn default() -> Self {
        Self::English
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_leads_to_its_language() {
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
    fn each_language_is_followed_by_another_until_the_first_comes_again() {
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
