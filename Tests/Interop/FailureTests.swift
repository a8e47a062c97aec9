import Foundation
import Testing

/// Every class of failure, by a real failure: the built program in a network where it happens.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled("networks of one's own can be made here") {
        try await Situation.obstacle.value == nil
    })
struct FailureTests {
    @Test(
        "what is wrong with the network has its status and is said in a line that names the blog",
        arguments: [
            (.noNetwork, "www.example.test", 10, "no network: no DNS server can be reached"),
            (.noDNS, "www.example.test", 11, "asked 127.0.0.1: nobody listens there"),
            (.silentDNS, "www.example.test", 11, "asked 127.0.0.1: no answer within 1 s"),
            (.farDNS, "www.example.test", 10, "tried 203.0.113.53"),
            (.brokenDNS, "www.broken.test", 11, "REFUSED from 127.0.0.1"),
            (.site, "nowhere.example.test", 12, "no such name: nowhere.example.test"),
            (.site, "mail.example.test", 12, "mail.example.test"),
            (.badRoutes, "198.51.100.1", 13, "no route to 198.51.100.1:80"),
            (.badRoutes, "198.51.100.2", 13, "no route to 198.51.100.2:80"),
            (.badRoutes, "198.51.100.3", 13, "no route to 198.51.100.3:80"),
            (.badRoutes, "203.0.113.1", 10, "203.0.113.1:80 cannot be reached from here"),
            (.site, "www.example.test:78", 14, "connection refused"),
            (.dropped, "www.example.test", 16, "longer than 3.0 s"),
            (.loss, "www.example.test", 16, "longer than 3.0 s"),
        ] as [(Situation, String, Int32, String)])
    func network(_ situation: Situation, host: String, status: Int32, message: String) async throws
    {
        let run = try await situation.titles("http://\(host)/")
        #expect(run.status == status && run.output.isEmpty, "\(run)")
        #expect(run.errors.hasPrefix("swift-titles: http://\(host)/: "), "\(run)")
        #expect(run.errors.contains(message), "\(run)")
        #expect(run.errors.count { $0 == "\n" } == 1, "\(run)")
    }

    @Test(
        "what is wrong with the server or the page has its status",
        arguments: [
            (":79/reset", 15, "connection lost"),
            (":79/short", 15, "after 6 of 100000 octets"),
            (":79/head", 15, "in the middle of a message"),
            (":79/silent", 16, "longer than 3.0 s"),
            (":79/garbage", 21, "does not speak HTTP/1"),
            (":79/endless", 21, "longer than 65536 octets"),
            ("/status/403", 18, "HTTP status 403"),
            ("/status/500", 18, "HTTP status 500"),
            ("/missing/", 18, "HTTP status 404 Not Found"),
            ("/empty", 15, "connection"),
            ("/no-article/", 19, "no article found"),
            ("/no-title/", 20, "no title on"),
            ("/redirect/loop", 21, "more than 20 redirects"),
        ] as [(String, Int32, String)])
    func page(_ place: String, status: Int32, message: String) async throws {
        let run = try await Situation.site.titles("http://www.example.test\(place)")
        #expect(run.status == status && run.output.isEmpty, "\(run)")
        #expect(run.errors.contains(message), "\(run)")
    }

    @Test(
        "each defect of a certificate is named",
        arguments: [
            (444, "expired on 2021-01-01"),
            (445, "not valid before"),
            (446, "self-signed"),
            (447, "not for www.example.test, but for wrong.example.test"),
            (448, "authority not known here"),
            (449, "authority not known here"),
            (450, "no TLS version or cipher in common"),
        ])
    func certificate(_ port: Int, message: String) async throws {
        let run = try await Situation.site.titles("https://www.example.test:\(port)/")
        #expect(run.status == 17 && run.output.isEmpty, "\(run)")
        #expect(run.errors.contains(message), "\(run)")
    }

    @Test("one bad blog disturbs no other: plain, by a feed, by an alias, over TLS, and --insecure")
    func mixed() async throws {
        let title = "Café & <b>friends</b>\t"
        let run = try await Situation.site.titles(
            "--ordered", "http://www.example.test/", "http://nowhere.example.test/",
            "http://alias.example.test/feed/", "https://www.example.test:444/",
            "http://only6.example.test/", "https://www.example.test/")
        #expect(run.status == 1, "\(run)")
        #expect(
            run.output.split(separator: "\n") == [
                "\(title)http://www.example.test/article/1\thttp://www.example.test/",
                "\(title)http://alias.example.test/article/1\thttp://alias.example.test/feed/",
                "\(title)http://only6.example.test/article/1\thttp://only6.example.test/",
                "\(title)https://www.example.test/article/1\thttps://www.example.test/",
            ], "\(run)")
        #expect(run.errors.count { $0 == "\n" } == 2, "\(run)")
        let insecure = try await Situation.site.titles(
            "--insecure", "https://www.example.test:444/")
        #expect(insecure.status == 0 && insecure.output.hasPrefix(title), "\(insecure)")
    }

    @Test("the JSON of a failure has its class, and of a success its title")
    func json() async throws {
        let run = try await Situation.site.titles(
            "--json", "--ordered", "http://nowhere.example.test/", "http://www.example.test/")
        let objects = try run.output.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        try #require(objects.count == 2, "\(run)")
        #expect(objects[0]?["error"] as? String == "no-such-name")
        #expect(objects[1]?["title"] as? String == "Café & <b>friends</b>")
        #expect(objects[1]?["status"] as? Int == 200)
    }
}
