/// Which attributes of which elements are addresses, and what they are to the page.
///
/// The list is wget's, and what pages have come to need since: `<track>`, `<picture>`, preloading, web
/// manifests, drawings.
enum LinkElements {
    /// How the value of an attribute is read.
    enum Form {
        case address
        /// A `srcset`.
        case list
    }

    struct Rule {
        let attribute: StaticString
        let name: String
        let traits: SourceLink.Traits
        let form: Form

        init(
            _ attribute: StaticString, _ traits: SourceLink.Traits = .requisite,
            _ form: Form = .address
        ) {
            self.attribute = attribute
            name = attribute.description
            self.traits = traits
            self.form = form
        }
    }

    private static let frame: SourceLink.Traits = [.requisite, .html]

    /// `<link>` and `<meta>` have rules of their own, in ``HTMLLinkScanner``.
    private static let all: [String: [Rule]] = [
        "a": [Rule("href", .html), Rule("xlink:href", .html)],
        "applet": [Rule("code")],
        "area": [Rule("href", .html)],
        "audio": [Rule("src"), Rule("poster")],
        "base": [Rule("href", [.base, .notFetched])],
        "bgsound": [Rule("src")],
        "body": [Rule("background")],
        "button": [Rule("formaction", .notFetched)],
        "embed": [Rule("href", .html), Rule("src", frame)],
        "feimage": [Rule("href"), Rule("xlink:href")],
        "fig": [Rule("src")],
        "form": [Rule("action", .notFetched)],
        "frame": [Rule("src", frame)],
        "iframe": [Rule("src", frame)],
        // In a page it is another name of `img`, in a drawing an element of its own.
        "image": [
            Rule("href"), Rule("xlink:href"), Rule("src"), Rule("srcset", .requisite, .list),
        ],
        "img": [
            Rule("href"), Rule("lowsrc"), Rule("src"), Rule("srcset", .requisite, .list),
        ],
        "input": [Rule("src"), Rule("formaction", .notFetched)],
        "layer": [Rule("src", frame)],
        "link": [],
        "meta": [],
        "object": [Rule("data")],
        "overlay": [Rule("src", frame)],
        "script": [Rule("src"), Rule("href"), Rule("xlink:href")],
        "source": [Rule("src"), Rule("srcset", .requisite, .list)],
        "table": [Rule("background")],
        "td": [Rule("background")],
        "th": [Rule("background")],
        "track": [Rule("src")],
        "use": [Rule("href"), Rule("xlink:href")],
        "video": [Rule("src"), Rule("poster")],
    ]

    /// An element with links, and its rules.
    struct Element {
        let name: String
        let tag: TagName
        let rules: [Rule]
    }

    /// What is known of an element; nil for one that has no links.
    static func element(_ tag: TagName) -> Element? {
        slots[tag.slot].first { $0.tag == tag }
    }

    /// By ``TagName/slot``, for most tags of a page have no links.
    private static let slots: [[Element]] = {
        var slots = [[Element]](repeating: [], count: 256)
        for (name, rules) in all {
            let element = Element(name: name, tag: TagName(name), rules: rules)
            slots[element.tag.slot].append(element)
        }
        return slots
    }()

    /// What a `<link>` is to its page.
    ///
    /// - Parameters:
    ///   - relations: The words of `rel` in lower case; nil without the attribute.
    ///   - type: The value of `type`, in lower case.
    ///   - preloads: The value of `as`, in lower case.
    /// - Returns: What is known of it.
    static func traits(
        relations: [Substring]?, type: String?, preloads: String?
    ) -> SourceLink.Traits {
        guard let relations else { return [] }
        if relations.contains("stylesheet") { return [.requisite, .css] }
        if relations.contains("preload") {
            return preloads == "style" ? [.requisite, .css] : .requisite
        }
        if relations.contains(where: requisites.contains) { return .requisite }
        // The others usually lead to pages, unless their type says otherwise.
        return type == nil || type == "text/html" ? .html : []
    }

    private static let requisites: Set<Substring> = [
        "icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon", "fluid-icon",
        "manifest", "modulepreload",
    ]
}
