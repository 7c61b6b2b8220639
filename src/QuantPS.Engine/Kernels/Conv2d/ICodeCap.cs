namespace QuantPS.Engine.Kernels;

/// <summary>Whether tiles take codes as 127 at most, as a type, so that loops are compiled for each.</summary>
internal interface ICodeCap
{
    static abstract bool IsOn { get; }
}

/// <summary>Codes as they are.</summary>
internal readonly struct AllCodes : ICodeCap
{
    public static bool IsOn => false;
}

/// <summary>Codes of at most 127; what others have more is added later.</summary>
internal readonly struct CappedCodes : ICodeCap
{
    public static bool IsOn => true;
}
