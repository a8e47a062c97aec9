import ToolKit

SwiftServe.main()
