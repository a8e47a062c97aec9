import ToolOptions

SwiftServe.main()
