//! Counted things in words: “1 annotation”, “3 annotations”, and whatever forms other languages have.

/// The words of a table for a number of things, with the number in the place of `#`.
///
/// `forms` are the forms of a language by the categories of Unicode's plural rules, between `|`, as in
/// `one:# annotation|other:# annotations`; a language with a single form writes it alone. `category` is what the rules
/// say of the number: `zero`, `one`, `two`, `few`, `many` or `other`. Where the form is missing, `other` serves; a form
/// may say its number in words. Where no form has a place for it, the number stands before the words.
#[must_use]
pub fn counted(forms: &str, category: &str, number: &str) -> String {
    let of = |category: &str| {
        let mut all = forms.split('|');
        all.find_map(|form| form.strip_prefix(category)?.strip_prefix(':'))
    };
    let form = of(category).or_else(|| of("other")).unwrap_or(forms);
    if forms.contains('#') {
        form.replace('#', number)
    } else {
        [number, " ", form].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_takes_the_form_of_its_category() {
        let english = "one:# annotation|other:# annotations";
        assert_eq!(counted(english, "one", "1"), "1 annotation");
        assert_eq!(counted(english, "other", "0"), "0 annotations");
        assert_eq!(counted(english, "few", "3"), "3 annotations");
        assert_eq!(counted("# 个标注", "other", "3"), "3 个标注");
        assert_eq!(
            counted("one:un seul : moi|other:#", "one", "1"),
            "un seul : moi"
        );
        // A page may have given words of its own without forms.
        assert_eq!(counted("notas", "one", "1"), "1 notas");
    }
}
