namespace QuantPS.Training;

/// <summary>Where a training computes.</summary>
public enum TrainingDevice
{
    /// <summary>The processor.</summary>
    Cpu,
    /// <summary>An NVIDIA graphics card, which needs libtorch's CUDA package.</summary>
    Cuda,
}
