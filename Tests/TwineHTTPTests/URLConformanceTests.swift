import Foundation
import Testing

@testable import TwineHTTP

@Suite("URL: the conformance data of the URL standard", .enabled(if: ConformanceData.isPresent))
struct URLConformanceTests {
    /// The attributes as JavaScript's `URL` names them.
    private func attribute(_ name: String, of url: WebURL) -> String? {
        switch name {
        case "href": url.serialization
        case "origin": url.origin?.description ?? "null"
        case "protocol": url.scheme + ":"
        case "username": url.userName
        case "password": url.password
        case "host": url.hostAndPort
        case "hostname": url.hostName
        case "port": url.port.map(String.init) ?? ""
        case "pathname": url.path
        case "search": url.query.map { $0.isEmpty ? "" : "?" + $0 } ?? ""
        case "hash": url.fragment.map { $0.isEmpty ? "" : "#" + $0 } ?? ""
        default: nil
        }
    }

    @Test("every parser case gives the standard's parts, or fails where it must")
    func parser() throws {
        var count = 0
        var compared = 0
        for item in try ConformanceData.cases("urltestdata.json") {
            guard let input = item["input"] as? String else { continue }
            count += 1
            let base = item["base"] as? String
            let baseURL = base.flatMap { WebURL($0) }
            let url = base != nil && baseURL == nil ? nil : WebURL(input, base: baseURL)
            if item["failure"] as? Bool == true {
                #expect(url == nil, "\(input.debugDescription) base \(base ?? "none")")
                continue
            }
            guard let url else {
                Issue.record("no URL from \(input.debugDescription) base \(base ?? "none")")
                continue
            }
            for (name, value) in item {
                guard let expected = value as? String, name != "input", name != "base",
                    let found = attribute(name, of: url)
                else { continue }
                compared += 1
                #expect(
                    found == expected, "\(name) of \(input.debugDescription) base \(base ?? "")")
            }
            let again = WebURL(url.serialization)
            #expect(again == url)
            #expect(again?.path == url.path)
            #expect(again?.host == url.host)
        }
        #expect(count == 891)
        #expect(compared == 10 * 624 + 411)
    }

    @Test("every setter case changes what the standard says, and nothing else")
    func setters() throws {
        var count = 0
        for (name, cases) in try ConformanceData.groups("setters_tests.json") {
            for item in cases {
                guard let href = item["href"] as? String,
                    let value = item["new_value"] as? String,
                    let expected = item["expected"] as? [String: String],
                    var url = WebURL(href)
                else { continue }
                count += 1
                switch name {
                case "protocol": url.setScheme(value)
                case "username": url.setUserName(value)
                case "password": url.setPassword(value)
                case "host": url.setHostAndPort(value)
                case "hostname": url.setHostName(value)
                case "port": url.setPort(value)
                case "pathname": url.setPath(value)
                case "search": url.setQuery(value)
                case "hash": url.setFragment(value)
                case "href": url = try WebURL.parse(value)
                default: Issue.record("no setter for \(name)")
                }
                for (part, text) in expected {
                    #expect(
                        attribute(part, of: url) == text,
                        "\(part) of \(href) after \(name) = \(value.debugDescription)")
                }
            }
        }
        #expect(count == 278)
    }

    @Test("percent-encoding of UTF-8 is the standard's")
    func percentEncoding() throws {
        var count = 0
        for item in try ConformanceData.cases("percent-encoding.json") {
            guard let input = item["input"] as? String,
                let output = item["output"] as? [String: String], let expected = output["utf-8"]
            else { continue }
            count += 1
            let url = try WebURL.parse("http://x/?" + input)
            #expect(url.query == expected)
        }
        #expect(count >= 6)
    }
}
