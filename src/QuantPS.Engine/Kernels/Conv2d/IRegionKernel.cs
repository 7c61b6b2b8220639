namespace QuantPS.Engine.Kernels;

/// <summary>A kernel that can say what its units write.</summary>
internal interface IRegionKernel
{
    /// <summary>How many units from the first on, and before the end, write one region together.</summary>
    int RegionUnits(int first, int end) => end - first;

    /// <summary>What the units from the first to the one before the end write.</summary>
    OutputRegion RegionOf(int first, int end);
}
