import Testing
import TwineCore

@testable import swift_wget

/// Programs that are asked for users and passwords.
@Suite(.tags(.wget))
struct OptionsPromptTests {
    @Test("the question names the scheme, the user and the host")
    func question() {
        #expect(
            CredentialPrompt.question(scheme: "https", host: "a.test", user: nil)
                == "Username for 'https://a.test': ")
        #expect(
            CredentialPrompt.question(scheme: "http", host: "a.test", user: "u")
                == "Password for 'http://u@a.test': ")
    }

    @Test("the answer is the first line that the program prints")
    func answer() throws {
        #expect(try CredentialPrompt.ask("echo", "secret") == "secret")
        #expect(try CredentialPrompt.ask("printf", "one\\r\\ntwo\\n") == "one")
        #expect(try CredentialPrompt.ask("/bin/echo", "a b") == "a b")
    }

    @Test("a long answer is cut")
    func long() throws {
        let text = String(repeating: "x", count: 5000)
        #expect(try CredentialPrompt.ask("echo", text).bytes.count == 1023)
    }

    @Test("a program that is not there, or says nothing, is told")
    func failures() {
        #expect(throws: CredentialPrompt.Failure.spawn(program: "/none", SystemError(errno: 2))) {
            try CredentialPrompt.ask("/none", "x")
        }
        #expect(
            throws: CredentialPrompt.Failure.answer(program: "true", question: "x", nil)
        ) {
            try CredentialPrompt.ask("true", "x")
        }
        #expect(
            CredentialPrompt.Failure.spawn(program: "/none", SystemError(errno: 2)).text
                == "Error spawning /none: 2")
        #expect(
            CredentialPrompt.Failure.answer(program: "a", question: "b", nil).text
                == "Error reading response from command \"a b\": Success")
    }
}
