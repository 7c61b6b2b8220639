using Iced.Intel;
using QuantPS.Engine.Kernels;
using Xunit;
using Assembler = QuantPS.Engine.Kernels.Assembler;

namespace QuantPS.Tests.Emit;

public sealed class RoutineTests
{
    private static readonly ConvTailShape[] Tails =
    [
        new(false, false, false, false, false, false), new(true, false, true, false, false, false), new(false, true, true, true, false, false),
        new(true, false, false, false, true, false), new(false, true, true, true, true, true),
    ];

    [Fact]
    public void Every_convolution_routine_is_made_of_known_instructions_and_leaves_by_its_only_return()
    {
        foreach (ConvTailShape tail in Tails)
            foreach (int columns in new[] { 1, 8, 9, 16, 24, 32, 40, 48, 64, 100, 128 })
                foreach ((int runs, int steps) in new[] { (1, 1), (1, 7), (3, 48), (9, 2) })
                    for (int pixels = 1; pixels <= ConvTileShape.PixelsFor(ConvTileShape.VectorsOf(columns), runs * steps, 60); pixels++)
                        RequireSound(ConvTileVnni.Emit(new(pixels, columns, runs, steps, 60, 130, tail)));
    }

    [Fact]
    public void Every_depthwise_routine_is_made_of_known_instructions_and_leaves_by_its_only_return()
    {
        foreach (ConvTailShape tail in Tails.Where(tail => !tail.Adds))
            foreach (int channels in new[] { 3, 16, 32, 64 })
                foreach ((int rows, int stride) in new[] { (1, 1), (2, 1), (1, 2) })
                    foreach (int width in new[] { 1, 2, 9 })
                        RequireSound(DepthwiseVnni.Emit(new(rows, channels, 130, 150, width, (width - 1) / stride + 1, 3, 3, stride, 1, tail)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_caller_keeps_is_saved_and_comes_back(bool windows)
    {
        var code = new Assembler();
        Routine.Enter(code, Gpr.Rax, windows);
        int body = code.Position;
        Routine.Leave(code, windows);
        List<Instruction> all = Disassembly.Of(code.Code);
        var factory = new InstructionInfoFactory();

        Register[] pushed = [.. all.Where(i => i.Mnemonic == Mnemonic.Push).Select(i => i.Op0Register)];
        Register[] popped = [.. all.Where(i => i.Mnemonic == Mnemonic.Pop).Select(i => i.Op0Register)];
        Assert.Equal(pushed, popped.Reverse());
        Register[] kept = [Register.RBX, Register.RBP, Register.R12, Register.R13, Register.R14, Register.R15, .. windows ? [Register.RSI, Register.RDI] : Array.Empty<Register>()];
        Assert.All(kept, register => Assert.Contains(register, pushed));
        Assert.Equal(0, all.Sum(i => i.StackPointerIncrement - (i.Mnemonic == Mnemonic.Ret ? 8 : 0))
            + all.Where(i => i.Mnemonic == Mnemonic.Add && i.Op0Register == Register.RSP).Sum(i => (long)i.GetImmediate(1)));
        Assert.Contains(all, i => i.Mnemonic == Mnemonic.Mov && i.Op0Register == Register.RAX && i.Op1Register == (windows ? Register.RCX : Register.RDI));

        string[] Vectors(bool stored) => [.. all.Where(i => i.Mnemonic == Mnemonic.Vmovdqu32 && (i.Op0Kind == OpKind.Memory) == stored)
            .Select(i => $"{(stored ? i.Op1Register : i.Op0Register)} {i.MemoryDisplacement32}")];
        Assert.Equal(Vectors(stored: true), Vectors(stored: false));
        Assert.Equal(windows ? Enumerable.Range(6, 10).Select(v => $"XMM{v} {16 * (v - 6)}") : [], Vectors(stored: true));
        Assert.True(body > 0);
    }

    private static void RequireSound(byte[] code)
    {
        List<Instruction> instructions = Disassembly.Of(code);
        Assert.DoesNotContain(instructions, instruction => instruction.IsInvalid);
        Assert.Equal(instructions.Count - 1, instructions.FindIndex(instruction => instruction.Mnemonic == Mnemonic.Ret));
        HashSet<ulong> starts = [.. instructions.Select(instruction => instruction.IP)];
        Assert.All(instructions.Where(i => i.FlowControl == FlowControl.ConditionalBranch), branch => Assert.Contains(branch.NearBranchTarget, starts));
        // Instructions that need more than the gate asks for would end the process elsewhere.
        CpuidFeature[] known = [CpuidFeature.INTEL8086, CpuidFeature.INTEL8086_ONLY, CpuidFeature.INTEL386, CpuidFeature.X64, CpuidFeature.MULTIBYTENOP, CpuidFeature.SSE,
            CpuidFeature.AVX, CpuidFeature.AVX512F, CpuidFeature.AVX512BW, CpuidFeature.AVX512DQ, CpuidFeature.AVX512VL, CpuidFeature.AVX512_VNNI];
        Assert.Empty(instructions.SelectMany(instruction => instruction.CpuidFeatures).Distinct().Except(known));
    }
}
