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
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }.prefix(300)
        func number(_ index: Int) -> Int? {
            guard words.indices.contains(index), words[index].count <= 4 else { return nil }
            // `21st` is a day as well.
            return Int(words[index].prefix(while: \.isNumber))
        }
        func isMonth(_ index: Int) -> Bool {
            words.indices.contains(index) && months.contains(String(words[index].prefix(3)))
                && words[index].allSatisfy(\.isLetter)
        }
        for index in words.indices {
            if isMonth(index), number(index - 1) != nil || number(index + 1) != nil { return true }
            guard words[index].count == 4, let year = Int(words[index]),
                (1990...2099).contains(year)
            else { continue }
            let after = [number(index + 1), number(index + 2)]
            let before = [number(index - 1), number(index - 2)]
            for case (let first?, let second?) in [(after[0], after[1]), (before[0], before[1])]
            where first <= 31 && second <= 31 {
                return true
            }
        }
        return text.lowercased().hasSuffix(" ago")
    }

    /// The first three letters of the months in the languages that most blogs are in.
    private static let months: Set<String> = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        "mär", "mai", "okt", "dez", "fév", "avr", "jui", "aoû", "déc", "ene", "abr", "ago", "dic",
        "gen", "mag", "giu", "lug", "set", "ott", "maa", "mei", "fev", "out",
    ]
}
