namespace QuantPS.Engine.Kernels;

/// <summary>A kernel that can say what its units write.</summary>
internal interface IRegionKernel
{
    /// <summary>What the units from the first to the one before the end write.</summary>
    OutputRegion RegionOf(int first, int end);
}
