import CTwine
import ToolKit
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Asks a person, or a program, for users and passwords.
enum CredentialPrompt {
    /// Why a program gave no answer.
    enum Failure: Error, Equatable {
        case spawn(program: String, SystemError)
        case answer(program: String, question: String, SystemError?)

        /// The line for standard error, as wget words it.
        var text: String {
            switch self {
            case .spawn(let program, let error): "Error spawning \(program): \(error.errno)"
            case .answer(let program, let question, let error):
                "Error reading response from command \"\(program) \(question)\": "
                    + (error.map { "\($0)" } ?? "Success")
            }
        }
    }

    /// Longer answers are cut.
    private static let limit = 1023

    // MARK: A program

    /// What the question to a program is.
    ///
    /// - Parameters:
    ///   - scheme: The scheme of the URL.
    ///   - host: Its host.
    ///   - user: The user whose password is asked for; nil asks for the user.
    /// - Returns: The text, which is the program's only argument.
    static func question(scheme: String, host: String, user: String?) -> String {
        guard let user else { return "Username for '\(scheme)://\(host)': " }
        return "Password for '\(scheme)://\(user)@\(host)': "
    }

    /// Starts a program, and waits for the first line that it prints.
    ///
    /// - Parameters:
    ///   - program: Its name, found by PATH, or its path.
    ///   - question: Its argument.
    /// - Returns: The line, without its end.
    /// - Throws: ``Failure`` when it does not start, or says nothing.
    static func ask(_ program: Octets, _ question: String) throws(Failure) -> Octets {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw .spawn(program: program.description, SystemError(errno: errno))
        }
        defer { close(ends[0]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var child: pid_t = 0
        let error = spawn(program, question, output: ends[1], &child)
        close(ends[1])
        guard error == 0 else {
            throw .spawn(program: program.description, SystemError(errno: error))
        }
        let (answer, readError) = readAnswer(ends[0])
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard !answer.isEmpty else {
            throw .answer(
                program: program.description, question: question,
                readError == 0 ? nil : SystemError(errno: readError))
        }
        let line = answer.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return Octets(Array(line))
    }

    private static func spawn(
        _ program: Octets, _ question: String, output: Int32, _ child: inout pid_t
    ) -> Int32 {
        let path = program.bytes.map { CChar(bitPattern: $0) } + [0]
        let argument = question.utf8.map { CChar(bitPattern: $0) } + [0]
        return unsafe path.withUnsafeBufferPointer { path in
            unsafe argument.withUnsafeBufferPointer { argument in
                let words: [UnsafeMutablePointer<CChar>?] = unsafe [
                    UnsafeMutablePointer(mutating: path.baseAddress),
                    UnsafeMutablePointer(mutating: argument.baseAddress), nil,
                ]
                var source = output
                var target: Int32 = 1
                return unsafe twine_spawn(
                    path.baseAddress, words, nil, &source, &target, 1, &child)
            }
        }
    }

    private static func readAnswer(_ file: Int32) -> (answer: [UInt8], error: Int32) {
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: limit)
        while answer.count < limit {
            let count = unsafe read(file, &piece, limit - answer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return (answer, count < 0 ? errno : 0) }
            answer += piece.prefix(count)
        }
        return (answer, 0)
    }

    // MARK: A person

    /// Asks for a password at the terminal, where nothing of it is seen.
    ///
    /// - Parameters:
    ///   - user: Whose password it is, if that is known.
    ///   - quote: How the user's name is quoted.
    /// - Returns: What was typed; nil if that is nothing.
    static func password(user: String?, _ quote: Quotation) -> Octets? {
        let named = user.map { " for user \(quote($0))" } ?? ""
        let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        // Without a terminal, it is read as getpass(3) does.
        let file = terminal >= 0 ? terminal : 0
        defer { if terminal >= 0 { close(terminal) } }
        StandardError.write("Password\(named): ")
        var before = termios()
        let isTerminal = unsafe tcgetattr(file, &before) == 0
        if isTerminal {
            var silent = before
            silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
            _ = unsafe tcsetattr(file, TCSAFLUSH, &silent)
        }
        let line = readLine(file)
        if isTerminal {
            _ = unsafe tcsetattr(file, TCSAFLUSH, &before)
            StandardError.write("\n")
        }
        return line.isEmpty ? nil : Octets(line)
    }

    /// Octet by octet, so that nothing behind the line is lost to others.
    private static func readLine(_ file: Int32) -> [UInt8] {
        var line: [UInt8] = []
        var octet: UInt8 = 0
        while line.count < limit {
            let count = unsafe read(file, &octet, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, octet != UInt8(ascii: "\n") else { break }
            line.append(octet)
        }
        return line
    }
}
