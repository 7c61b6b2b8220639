namespace QuantPS.Engine.Kernels;

/// <summary>How four codes of each lane are multiplied with four weights and added to a sum.</summary>
internal unsafe interface ICodeDot<TVector>
{
    /// <summary>The bytes of the weights of a vector.</summary>
    static abstract int WeightBytes { get; }

    /// <summary>Whether sums are exact for codes above 127.</summary>
    static abstract bool TakesEveryCode { get; }

    /// <summary>The sum with the products added.</summary>
    static abstract TVector Add(TVector sum, TVector codes, byte* weights);
}
