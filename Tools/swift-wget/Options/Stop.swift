/// What ends the reading of options.
enum Stop: Error, Equatable {
    /// A value makes no sense: it is told behind the option's name, and the status is 2.
    case invalid(String)
    /// As ``invalid(_:)``, but of the option itself.
    case misused(String)
    /// It is told as it stands.
    case refused(String, status: Int32)
    /// Instead of retrieving anything, something is printed.
    case show(Display)

    /// What is told of a command that was called by this name; nil if nothing is wrong with a value.
    func line(_ program: String, _ name: String) -> String? {
        switch self {
        case .invalid(let reason): "\(program): \(name): \(reason)"
        case .misused(let reason): "\(program): \(name) \(reason)"
        case .refused, .show: nil
        }
    }

    /// What is printed.
    enum Display: Sendable, Equatable {
        case help
        case version
        /// What a shell completes the command line by: `bash`, `zsh` or `fish`.
        case completions(shell: String)
    }
}

/// A command line that makes no sense.
struct UsageError: Error, Equatable {
    /// What is told on standard error, in whole lines.
    var text: String
    /// What the program ends with: 2 for the options' grammar and values, 1 for what does not go
    /// together, as wget has it.
    var status: Int32
}
