/// How a URL is asked for, and with what.
struct RequestMethod {
    /// In capitals.
    var name: String
    /// What is sent along; redirects may drop it.
    var body: Settings.Body?
    /// Whether it was said.
    var isSet: Bool

    init(_ http: Settings.HTTP) {
        name = http.method ?? "GET"
        body = http.body
        isSet = http.method != nil
    }

    static let get = RequestMethod()

    private init() {
        name = "GET"
        isSet = false
    }
}
