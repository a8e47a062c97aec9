/// Whether something on a page is dated.
enum DatedText {
    /// Whether an element has a `<time>` in it or a text that reads like a date.
    static func isDated(_ element: HTMLElement) -> Bool {
        var pile = [element]
        var looked = 0
        while let next = pile.popLast(), looked < 200 {
            looked += 1
            if next.name == "time" { return true }
            pile += next.children
        }
        return isDate(element.text(limit: 2048))
    }

    /// Whether a text has a date in it: a year with a month or two numbers beside it, or a month's
    /// name with a number.
    static func isDate(_ text: String) -> Bool {
        let words = text.unicodeScalars.split(maxSplits: 300) { !isOfWord($0) }.prefix(300)
        func number(_ index: Int) -> Int? {
            guard words.indices.contains(index), words[index].prefix(5).count <= 4 else {
                return nil
            }
            // `21st` is a day as well.
            return Int(Substring(words[index].prefix { ("0"..."9").contains($0) }))
        }
        func isMonth(_ index: Int) -> Bool {
            words.indices.contains(index) && !words[index].contains { ("0"..."9").contains($0) }
                && months.contains(Substring(words[index]).prefix(3).lowercased())
        }
        for index in words.indices {
            let isYear = number(index).map { (1990...2099).contains($0) } ?? false
            if isYear, words[index].count == 4 {
                let after = [number(index + 1), number(index + 2)]
                let before = [number(index - 1), number(index - 2)]
                for case (let first?, let second?) in [
                    (after[0], after[1]), (before[0], before[1]),
                ] where first <= 31 && second <= 31 {
                    return true
                }
            }
            // The month is looked for beside a number: most texts have none.
            if number(index) != nil, isMonth(index - 1) || isMonth(index + 1) { return true }
        }
        return text.suffix(4).lowercased() == " ago"
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else {
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("0"..."9").contains(scalar)
        }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    /// The first three letters of the months in the languages that most blogs are in.
    private static let months: Set<String> = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        "mär", "mai", "okt", "dez", "fév", "avr", "jui", "aoû", "déc", "ene", "abr", "ago", "dic",
        "gen", "mag", "giu", "lug", "set", "ott", "maa", "mei", "fev", "out",
    ]
}
