import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineHTTP

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetStartTests {
    /// Waits until a file says something.
    private func eventually(_ folder: WgetFolder, _ name: String, says text: String) async throws {
        while folder.contents(name)?.contains(text) != true { try await deferLater(0.01).value }
    }

    @Test("-b tells where messages go, ends at once, and goes on")
    func background() async throws {
        let answer = Deferred<WebResponse>()
        let site = try await TestSite { _ in .deferred(answer) }
        let folder = try WgetFolder()
        try folder.write("", to: "wget-log")
        let done = try await folder.wget(["-b", "\(site.url)/file"])
        #expect(done.status == 0 && done.errors == "")
        #expect(done.lines.first?.hasPrefix("Continuing in background, pid ") == true)
        #expect(done.lines.last == "Output will be written to ‘wget-log.1’.")
        answer.callback(.text("late"))
        try await eventually(folder, "wget-log.1", says: "‘file’ saved [4/4]")
        #expect(folder.contents("file") == "late" && folder.contents("wget-log") == "")
        site.stop()
    }

    @Test("-b without anything to tell makes no file of messages")
    func quietBackground() async throws {
        let site = try await TestSite { _ in .response(.text("x")) }
        let folder = try WgetFolder()
        let done = try await folder.wget(["-q", "-b", "\(site.url)/file"])
        #expect(done.status == 0 && done.lines.count == 1)
        try await eventually(folder, "file", says: "x")
        #expect(folder.files == ["file"])
        site.stop()
    }

    @Test("a program is asked for user and password, once for each host")
    func askpass() async throws {
        var seen: [String?] = []
        let site = try await TestSite { request in
            seen.append(request.headerFields[.authorization])
            return .response(.text("x"))
        }
        let (url, folder) = (site.url, try WgetFolder())
        try folder.write(
            "#!/bin/sh\necho \"$1\" >> asked\ncase $1 in User*) echo joe;; *) echo secret;; esac\n",
            to: "ask")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path + "/ask")
        let done = try await folder.wget([
            "-nv", "--auth-no-challenge", "--use-askpass=./ask", "\(url)/a", "\(url)/b",
        ])
        #expect(done.status == 0 && !done.errors.contains("secret") && !done.errors.contains("joe"))
        let basic = "Basic " + Data("joe:secret".utf8).base64EncodedString()
        #expect(seen == [basic, basic])
        #expect(
            folder.contents("asked")
                == """
                Username for 'http://127.0.0.1': 
                Password for 'http://joe@127.0.0.1': 

                """)
        site.stop()
    }

    @Test("a program that says nothing ends it before anything is asked for")
    func silentAskpass() async throws {
        let site = try await TestSite { _ in .response(.text("x")) }
        let folder = try WgetFolder()
        let done = try await folder.wget(["-nv", "--use-askpass=true", site.url])
        #expect(done.status == 1)
        #expect(
            done.errors.hasPrefix(
                "Error reading response from command \"true Username for 'http://127.0.0.1': \""))
        #expect(site.requests == [])
        site.stop()
    }

    @Test("-d shows the heads of request and reply")
    func debug() async throws {
        let site = try await TestSite { _ in .response(.text("x")) }
        let done = try await WgetFolder().wget(["-d", "-O-", "\(site.url)/a"])
        #expect(done.errors.contains("DEBUG output created by swift-wget "))
        #expect(done.errors.contains("\n---request begin---\nGET /a HTTP/1.1\r\nHost: "))
        #expect(done.errors.contains("\n---response begin---\nHTTP/1.1 200 OK\r\n"))
        site.stop()
    }

    @Test("--random-file changes nothing that is seen, whether it is there or not")
    func randomFile() async throws {
        let site = try await TestSite { _ in .response(.text("x")) }
        let folder = try WgetFolder()
        try folder.write("dice", to: "seed")
        for name in ["seed", "none"] {
            let done = try await folder.wget(
                ["-q", "-O-", "--random-file=\(name)", site.url])
            #expect(done.status == 0 && done.output == "x")
        }
        site.stop()
    }
}
