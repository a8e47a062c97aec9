// One page after the other: while one is on its way, nothing else happens.
import Twine

react { urls in
    for url in urls {
        let page = try await getPage(url).value
        print(title(of: page) ?? "no title", url, separator: "\t")
    }
}
