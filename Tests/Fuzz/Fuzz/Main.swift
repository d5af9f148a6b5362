import CFuzzer
import Foundation

/// Fuzzes one of the parsers, which `FUZZ` names, with libFuzzer's own arguments.
@main
struct Main {
    static func main() {
        guard ProcessInfo.processInfo.environment["FUZZ"].flatMap(Parser.init(rawValue:)) != nil else {
            print("FUZZ is to be one of: " + Parser.allCases.map(\.rawValue).joined(separator: " "))
            exit(2)
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        let status = LLVMFuzzerRunDriver(&count, &arguments) { start, count in
            Parser.chosen?.read(Array(UnsafeBufferPointer(start: start, count: count)))
            return 0
        }
        exit(status)
    }
}
