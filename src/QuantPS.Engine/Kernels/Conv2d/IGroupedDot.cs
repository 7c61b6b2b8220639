namespace QuantPS.Engine.Kernels;

/// <summary>How the products of one step of four codes, of two or of three are added to a sum.</summary>
internal interface IGroupedDot<TVector>
{
    /// <summary>Whether sums are exact for codes above 127, and for any steps in a group.</summary>
    static abstract bool TakesEveryCode { get; }

    static abstract TVector Add(TVector sum, TVector codes, TVector weights);

    static abstract TVector AddTwo(TVector sum, TVector codes0, TVector weights0, TVector codes1, TVector weights1);

    static abstract TVector AddThree(
        TVector sum, TVector codes0, TVector weights0, TVector codes1, TVector weights1, TVector codes2, TVector weights2);
}
