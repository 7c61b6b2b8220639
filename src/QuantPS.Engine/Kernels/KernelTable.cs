using System.Runtime.Intrinsics;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Which kernel does what on an instruction set. This is the one place where kernels are picked.</summary>
/// <remarks>A rung is the rung below with other entries, so what it lacks it inherits.</remarks>
internal sealed record KernelTable
{
    public required Func<InputSpec, InputKernel> Input { get; init; }
    public required Func<OutputSpec, OutputKernel> Output { get; init; }
    public required Func<QuantizeSpec, Kernel> Quantize { get; init; }
    public required Func<DequantizeSpec, Kernel> Dequantize { get; init; }
    public required Func<DynamicQuantizeSpec, Kernel> DynamicQuantize { get; init; }
    public required Func<QuantizedConvSpec, Kernel> QuantizedConv2d { get; init; }
    public required Func<ConvSpec, Kernel> Conv2d { get; init; }
    public required Func<DynamicLinearSpec, Kernel> DynamicLinear { get; init; }
    public required Func<RecurrentSpec, KernelTable, Kernel> Recurrent { get; init; }
    public required Func<EmbeddingSpec, Kernel> Embedding { get; init; }
    public required Func<QuantizedAddSpec, Kernel> QuantizedAdd { get; init; }
    public required Func<QnnpackAddSpec, Kernel> QnnpackAdd { get; init; }
    public required Func<AddSpec, Kernel> Add { get; init; }
    public required Func<QuantizedMultiplySpec, Kernel> QuantizedMultiply { get; init; }
    public required Func<MultiplySpec, Kernel> Multiply { get; init; }
    public required Func<QuantizedBatchNormSpec, Kernel> QuantizedBatchNorm { get; init; }
    public required Func<BatchNormSpec, Kernel> BatchNorm { get; init; }
    public required Func<MapCodesSpec, Kernel> MapCodes { get; init; }
    public required Func<ClampSpec, Kernel> Clamp { get; init; }
    public required Func<LookUpSpec, Kernel> LookUp { get; init; }
    public required Func<ActivationSpec, Kernel> Activation { get; init; }
    public required Func<LayerNormSpec, Kernel> LayerNorm { get; init; }
    public required Func<SoftmaxSpec, Kernel> Softmax { get; init; }
    public required Func<AttentionSpec, Kernel> Attention { get; init; }
    public required Func<TransformSpec, Kernel> Transform { get; init; }
    public required Func<MaxPoolSpec, Kernel> QuantizedMaxPool { get; init; }
    public required Func<MaxPoolSpec, Kernel> MaxPool { get; init; }
    public required Func<AvgPoolSpec, Kernel> QuantizedAvgPool { get; init; }
    public required Func<AvgPoolSpec, Kernel> AvgPool { get; init; }
    public required Func<MeanSpec, Kernel> Mean { get; init; }
    public required Func<CopyWindowSpec, Kernel> CopyWindow { get; init; }
    public required Func<ConcatSpec, Kernel> Concat { get; init; }
    public required Func<InterleaveSpec, Kernel> Interleave { get; init; }
    public required Func<TransposeSpec, Kernel> Transpose { get; init; }

    private static readonly KernelTable Scalar = new()
    {
        Input = spec => new InputScalar(spec),
        Output = spec => new OutputScalar(spec),
        Quantize = spec => new QuantizeScalar(spec),
        Dequantize = spec => new DequantizeScalar(spec),
        DynamicQuantize = spec => new DynamicQuantizeScalar(spec),
        QuantizedConv2d = spec => WithAdd(spec, conv => new QuantizedConvScalar(conv), sum => new QuantizedAddScalar(sum)),
        Conv2d = spec => new ConvScalar(spec),
        DynamicLinear = spec => new DynamicLinearScalar(spec),
        Recurrent = (spec, kernels) => new RecurrentKernel<Vector128<float>, FloatLanes128>(spec, kernels, InstructionSet.Scalar),
        Embedding = spec => new EmbeddingKernel(spec, InstructionSet.Scalar),
        QuantizedAdd = spec => new QuantizedAddScalar(spec),
        QnnpackAdd = spec => new QnnpackAddScalar(spec),
        Add = spec => new AddScalar(spec),
        QuantizedMultiply = spec => new QuantizedMultiplyScalar(spec),
        Multiply = spec => new MultiplyScalar(spec),
        QuantizedBatchNorm = spec => new QuantizedBatchNormScalar(spec),
        BatchNorm = spec => new BatchNormScalar(spec),
        MapCodes = spec => new MapCodesScalar(spec),
        Clamp = spec => new ClampScalar(spec),
        LookUp = spec => new LookUpScalar(spec),
        Activation = spec => new ActivationScalar(spec),
        LayerNorm = spec => new LayerNormScalar(spec),
        Softmax = spec => new SoftmaxScalar(spec),
        Attention = spec => new AttentionScalar(spec),
        Transform = spec => new TransformKernel(spec),
        QuantizedMaxPool = spec => new MaxPoolScalar<byte>(spec, Kernel.Int8),
        MaxPool = spec => new MaxPoolScalar<float>(spec, Kernel.Float32),
        QuantizedAvgPool = spec => new QuantizedAvgPoolScalar(spec),
        AvgPool = spec => new AvgPoolScalar(spec),
        Mean = spec => new MeanScalar(spec),
        CopyWindow = spec => new CopyWindowKernel(spec),
        Concat = spec => new ConcatScalar(spec),
        Interleave = spec => new InterleaveScalar(spec),
        Transpose = spec => new TransposeScalar(spec),
    };

    private static readonly KernelTable Avx2 = Scalar with
    {
        Input = spec => new InputAvx2(spec),
        Output = spec => new OutputAvx2(spec),
        Quantize = spec => new QuantizeAvx2(spec),
        Dequantize = spec => new DequantizeAvx2(spec),
        DynamicQuantize = spec => new DynamicQuantizeAvx2(spec),
        QuantizedConv2d = ConvOnX86<Vector256<int>, CodeLanesAvx2, CodeLanesAvx2.Pairs>(InstructionSet.Avx2, DepthwiseParts.Avx2, sum => new QuantizedAddAvx2(sum)),
        Conv2d = spec => spec.Geometry.IsDepthwise ? new DepthwiseConvAvx2(spec) : new ConvAvx2(spec),
        DynamicLinear = DynamicOnX86<Vector256<int>, CodeLanesAvx2, CodeLanesAvx2.Pairs>(InstructionSet.Avx2),
        Recurrent = (spec, kernels) => new RecurrentKernel<Vector256<float>, FloatLanes256>(spec, kernels, InstructionSet.Avx2),
        Embedding = spec => new EmbeddingKernel(spec, InstructionSet.Avx2),
        QuantizedAdd = spec => new QuantizedAddAvx2(spec),
        QnnpackAdd = spec => new QnnpackAddAvx2(spec),
        Add = spec => new AddAvx2(spec),
        QuantizedMultiply = spec => new QuantizedMultiplyAvx2(spec),
        Multiply = spec => new MultiplyVector(spec, InstructionSet.Avx2),
        QuantizedBatchNorm = spec => new QuantizedBatchNormAvx2(spec),
        BatchNorm = spec => new BatchNormAvx2(spec),
        MapCodes = spec => new MapCodesAvx2(spec),
        Clamp = spec => new ClampAvx2(spec),
        LookUp = spec => new LookUpAvx2(spec),
        Activation = spec => ActivationLanes<Vector256<float>, FloatLanes256>.Takes(spec.Function)
            ? new ActivationLanes<Vector256<float>, FloatLanes256>(spec, InstructionSet.Avx2) : new ActivationVector(spec, InstructionSet.Avx2),
        LayerNorm = spec => new LayerNormLanes<Vector256<float>, FloatLanes256>(spec, InstructionSet.Avx2),
        Softmax = spec => new SoftmaxLanes<Vector256<float>, FloatLanes256>(spec, InstructionSet.Avx2),
        Attention = spec => new AttentionLanes<Vector256<float>, FloatLanes256>(spec, InstructionSet.Avx2),
        QuantizedMaxPool = spec => new MaxPoolVector<byte>(spec, Kernel.Int8, InstructionSet.Avx2),
        MaxPool = spec => new MaxPoolVector<float>(spec, Kernel.Float32, InstructionSet.Avx2),
        QuantizedAvgPool = spec => new QuantizedAvgPoolAvx2(spec),
        AvgPool = spec => new AvgPoolAvx2(spec),
        Mean = spec => new MeanVector(spec, InstructionSet.Avx2),
        Concat = spec => new ConcatAvx2(spec),
        Interleave = spec => Interleaved(spec, InstructionSet.Avx2),
        Transpose = spec => new TransposeAvx2(spec),
    };

    private static readonly KernelTable Avx512BW = Avx2 with
    {
        DynamicQuantize = spec => new DynamicQuantizeAvx512(spec),
        Recurrent = (spec, kernels) => new RecurrentKernel<Vector512<float>, FloatLanes512>(spec, kernels, InstructionSet.Avx512BW),
        DynamicLinear = DynamicOnX86<Vector512<int>, CodeLanesAvx512, CodeLanesAvx512.Pairs>(InstructionSet.Avx512BW),
        QuantizedConv2d = ConvOnX86<Vector512<int>, CodeLanesAvx512, CodeLanesAvx512.Pairs>(InstructionSet.Avx512BW, DepthwiseParts.Avx512BW, sum => new QuantizedAddAvx512(sum)),
        Conv2d = spec => spec.Geometry.IsDepthwise ? Avx2.Conv2d(spec) : new ConvAvx512(spec),
        QuantizedAdd = spec => new QuantizedAddAvx512(spec),
        LookUp = spec => LookUpAvx512.IsSupported ? new LookUpAvx512(spec) : Avx2.LookUp(spec),
        MapCodes = spec => LookUpAvx512.IsSupported ? new MapCodesAvx512(spec) : Avx2.MapCodes(spec),
        Concat = spec => LookUpAvx512.IsSupported ? new ConcatAvx512(spec) : Avx2.Concat(spec),
        Activation = spec => ActivationLanes<Vector512<float>, FloatLanes512>.Takes(spec.Function)
            ? new ActivationLanes<Vector512<float>, FloatLanes512>(spec, InstructionSet.Avx512BW) : Avx2.Activation(spec),
        LayerNorm = spec => new LayerNormLanes<Vector512<float>, FloatLanes512>(spec, InstructionSet.Avx512BW),
        Softmax = spec => new SoftmaxLanes<Vector512<float>, FloatLanes512>(spec, InstructionSet.Avx512BW),
        Attention = spec => new AttentionLanes<Vector512<float>, FloatLanes512>(spec, InstructionSet.Avx512BW),
        Interleave = spec => Interleaved(spec, LookUpAvx512.IsSupported ? InstructionSet.Avx512BW : InstructionSet.Avx2),
    };

    private static readonly KernelTable AvxVnni = Avx2 with
    {
        DynamicLinear = DynamicOnX86<Vector256<int>, CodeLanesAvx2, CodeLanesAvx2.DotProduct>(InstructionSet.AvxVnni),
        QuantizedConv2d = ConvOnX86<Vector256<int>, CodeLanesAvx2, CodeLanesAvx2.DotProduct>(InstructionSet.AvxVnni, DepthwiseParts.AvxVnni, sum => new QuantizedAddAvx2(sum)),
    };

    private static readonly KernelTable Avx512Vnni = Avx512BW with
    {
        QuantizedConv2d = spec => DepthwiseShape.Takes(spec) ? new QuantizedDepthwiseVnni(spec)
            : !spec.Geometry.IsDepthwise && spec.HasByteWeights ? new QuantizedConvVnni(spec)
            : Avx512BW.QuantizedConv2d(spec),
        DynamicLinear = spec => spec.Weight.AreBytes ? new DynamicLinearVnni(spec) : new DynamicLinearAvx2(spec),
    };

    private static readonly KernelTable AdvSimd = Scalar with
    {
        Input = spec => new InputAdvSimd(spec),
        Output = spec => new OutputAdvSimd(spec),
        Quantize = spec => new QuantizeAdvSimd(spec),
        Dequantize = spec => new DequantizeAdvSimd(spec),
        DynamicQuantize = spec => new DynamicQuantizeAdvSimd(spec),
        QuantizedConv2d = spec => WithAdd(spec, ConvOnArm<CodeTilesAdvSimd, DepthwiseColumnAdvSimd>, sum => new QuantizedAddAdvSimd(sum)),
        Conv2d = spec => spec.Geometry.IsDepthwise ? new DepthwiseConvAdvSimd(spec) : new ConvAdvSimd(spec),
        Recurrent = (spec, kernels) => new RecurrentKernel<Vector128<float>, FloatLanes128>(spec, kernels, InstructionSet.AdvSimd),
        Embedding = spec => new EmbeddingKernel(spec, InstructionSet.AdvSimd),
        DynamicLinear = spec => CodeTilesAdvSimd.AreExactFor(spec.Weight)
            ? new DynamicLinearAdvSimd<CodeTilesAdvSimd>(spec) : new DynamicLinearAdvSimd<CodeTilesAdvSimdWide>(spec),
        QuantizedAdd = spec => new QuantizedAddAdvSimd(spec),
        QnnpackAdd = spec => new QnnpackAddAdvSimd(spec),
        Add = spec => new AddAdvSimd(spec),
        QuantizedMultiply = spec => new QuantizedMultiplyAdvSimd(spec),
        Multiply = spec => new MultiplyVector(spec, InstructionSet.AdvSimd),
        QuantizedBatchNorm = spec => new QuantizedBatchNormAdvSimd(spec),
        BatchNorm = spec => new BatchNormAdvSimd(spec),
        MapCodes = spec => new MapCodesAdvSimd(spec),
        Clamp = spec => new ClampAdvSimd(spec),
        LookUp = spec => new LookUpAdvSimd(spec),
        Activation = spec => ActivationLanes<Vector128<float>, FloatLanes128>.Takes(spec.Function)
            ? new ActivationLanes<Vector128<float>, FloatLanes128>(spec, InstructionSet.AdvSimd) : new ActivationVector(spec, InstructionSet.AdvSimd),
        LayerNorm = spec => new LayerNormLanes<Vector128<float>, FloatLanes128>(spec, InstructionSet.AdvSimd),
        Softmax = spec => new SoftmaxLanes<Vector128<float>, FloatLanes128>(spec, InstructionSet.AdvSimd),
        Attention = spec => new AttentionLanes<Vector128<float>, FloatLanes128>(spec, InstructionSet.AdvSimd),
        QuantizedMaxPool = spec => new MaxPoolVector<byte>(spec, Kernel.Int8, InstructionSet.AdvSimd),
        MaxPool = spec => new MaxPoolVector<float>(spec, Kernel.Float32, InstructionSet.AdvSimd),
        QuantizedAvgPool = spec => new QuantizedAvgPoolAdvSimd(spec),
        AvgPool = spec => new AvgPoolAdvSimd(spec),
        Mean = spec => new MeanVector(spec, InstructionSet.AdvSimd),
        Concat = spec => new ConcatAdvSimd(spec),
        Interleave = spec => Interleaved(spec, InstructionSet.AdvSimd),
        Transpose = spec => new TransposeAdvSimd(spec),
    };

    private static readonly KernelTable AdvSimdDot = AdvSimd with
    {
        QuantizedConv2d = spec => WithAdd(spec, ConvOnArm<CodeTilesAdvSimdDot, DepthwiseColumnAdvSimdDot>, sum => new QuantizedAddAdvSimd(sum)),
        DynamicLinear = spec => new DynamicLinearAdvSimd<CodeTilesAdvSimdDot>(spec),
    };

    public static KernelTable For(InstructionSet instructionSet) => instructionSet switch
    {
        InstructionSet.Avx2 => Avx2,
        InstructionSet.Avx512BW => Avx512BW,
        InstructionSet.AvxVnni => AvxVnni,
        InstructionSet.Avx512Vnni => Avx512Vnni,
        InstructionSet.AdvSimd => AdvSimd,
        InstructionSet.AdvSimdDot => AdvSimdDot,
        _ => Scalar,
    };

    /// <summary>Dense convolutions by tiles of bytes where the weights are such, depthwise ones by interleaved rows.</summary>
    private static Func<QuantizedConvSpec, Kernel> ConvOnX86<TVector, TLanes, TDot>(
        InstructionSet set, Func<QuantizedConvSpec, Kernel> depthwise, Func<QuantizedAddSpec, Kernel> add)
        where TLanes : struct, ICodeLanes<TVector> where TDot : struct, IGroupedDot<TVector> => spec => WithAdd(
            spec, conv => conv.Geometry.IsDepthwise ? depthwise(conv)
                : QuantizedConvBytes<TVector, TLanes, TDot>.Takes(conv) ? new QuantizedConvBytes<TVector, TLanes, TDot>(conv, set)
                : new QuantizedConvAvx2(conv), add);

    private static Func<DynamicLinearSpec, Kernel> DynamicOnX86<TVector, TLanes, TDot>(InstructionSet set)
        where TLanes : struct, ICodeLanes<TVector> where TDot : struct, IGroupedDot<TVector> => spec =>
        DynamicLinearBytes<TVector, TLanes, TDot>.Takes(spec) ? new DynamicLinearBytes<TVector, TLanes, TDot>(spec, set) : new DynamicLinearAvx2(spec);

    /// <summary>A convolution by a kernel that knows no sums, and the sum behind it.</summary>
    private static Kernel WithAdd(QuantizedConvSpec spec, Func<QuantizedConvSpec, Kernel> conv, Func<QuantizedAddSpec, Kernel> add) =>
        spec.Add is { } sum ? new ConvThenAdd(conv(spec with { Add = null, IsAddedTo = true, Name = "conv2d" }), add(sum)) : conv(spec);

    private static unsafe Kernel Interleaved(InterleaveSpec spec, InstructionSet instructionSet) => new InterleaveVector(spec, instructionSet, instructionSet switch
    {
        InstructionSet.Avx512BW => &MapCodesAvx512.Run,
        InstructionSet.Avx2 => &MapCodesAvx2.Run,
        _ => &MapCodesAdvSimd.Run,
    });

    private static Kernel ConvOnArm<TTiles, TColumn>(QuantizedConvSpec spec) where TTiles : struct, ICodeTiles where TColumn : struct, IDepthwiseColumn<TColumn> =>
        !spec.Geometry.IsDepthwise ? TTiles.AreExactFor(spec.Weight) ? new QuantizedConvAdvSimd<TTiles>(spec) : new QuantizedConvAdvSimd<CodeTilesAdvSimdWide>(spec)
        : QuantizedDepthwiseRowsAdvSimd<TColumn>.Takes(spec) ? new QuantizedDepthwiseRowsAdvSimd<TColumn>(spec)
        : new QuantizedDepthwiseAdvSimd(spec);
}
