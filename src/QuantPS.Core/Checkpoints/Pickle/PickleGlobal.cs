using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>A name of Python's that a pickle may mention. It stands for what this reader makes of it; no Python is behind it.</summary>
/// <param name="Name">The module and the name, with a dot between.</param>
internal abstract record PickleGlobal(string Name);

/// <summary>A function that a pickle may call.</summary>
internal sealed record PickleFunction(string Name, Func<PickleCalls, PythonTuple, object?> Call) : PickleGlobal(Name);

/// <summary>The class of a storage; it tells the element type, and null tells of bytes.</summary>
internal sealed record StorageType(string Name, ElementType? Element) : PickleGlobal(Name);

/// <summary>A class that a pickle may mention and not call.</summary>
internal sealed record PickleType(string Name) : PickleGlobal(Name);

/// <summary>How a quantized tensor was quantized.</summary>
internal sealed record QScheme(string Name, bool IsPerChannel, bool HasFloatZeroPoints = false) : PickleGlobal(Name);
