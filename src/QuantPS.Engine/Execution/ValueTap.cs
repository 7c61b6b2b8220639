namespace QuantPS.Engine.Execution;

/// <summary>Sees a value right after it was computed, on the thread that called <see cref="CompiledGraph"/>.</summary>
/// <param name="value">The value; its memory is used again after the call.</param>
public delegate void ValueTap(in TappedValue value);
