using Iced.Intel;
using QuantPS.Engine.Kernels;
using Xunit;
using Assembler = QuantPS.Engine.Kernels.Assembler;

namespace QuantPS.Tests.Emit;

public sealed class AssemblerTests
{
    public static TheoryData<string, Mnemonic> Operations { get; } = new()
    {
        { nameof(VectorOp.DotProduct), Mnemonic.Vpdpbusd }, { nameof(VectorOp.AddFloat), Mnemonic.Vaddps },
        { nameof(VectorOp.MultiplyFloat), Mnemonic.Vmulps }, { nameof(VectorOp.MinFloat), Mnemonic.Vminps },
        { nameof(VectorOp.MaxFloat), Mnemonic.Vmaxps }, { nameof(VectorOp.MultiplyAdd213), Mnemonic.Vfmadd213ps },
        { nameof(VectorOp.MultiplyInt), Mnemonic.Vpmulld }, { nameof(VectorOp.AddInt), Mnemonic.Vpaddd }, { nameof(VectorOp.MaxInt), Mnemonic.Vpmaxsd }, { nameof(VectorOp.MinInt), Mnemonic.Vpminsd },
        { nameof(VectorOp.AddWordsSaturate), Mnemonic.Vpaddsw }, { nameof(VectorOp.MaxBytes), Mnemonic.Vpmaxub },
        { nameof(VectorOp.MinBytes), Mnemonic.Vpminub }, { nameof(VectorOp.PackToWords), Mnemonic.Vpackssdw },
        { nameof(VectorOp.PackToBytes), Mnemonic.Vpackuswb }, { nameof(VectorOp.PermuteDwords), Mnemonic.Vpermd },
        { nameof(VectorOp.PermuteQwords), Mnemonic.Vpermq }, { nameof(VectorOp.ShuffleBytes), Mnemonic.Vpshufb },
        { nameof(VectorOp.InterleaveLowBytes), Mnemonic.Vpunpcklbw }, { nameof(VectorOp.InterleaveHighBytes), Mnemonic.Vpunpckhbw },
        { nameof(VectorOp.InterleaveLowWords), Mnemonic.Vpunpcklwd }, { nameof(VectorOp.InterleaveHighWords), Mnemonic.Vpunpckhwd },
    };

    [Theory, MemberData(nameof(Operations))]
    public void An_operation_on_three_registers_reads_back_as_it_was_asked_for(string name, Mnemonic mnemonic)
    {
        VectorOp op = Operation(name);
        foreach (int bytes in new[] { 32, 64 })
            foreach ((int to, int left, int right) in new[] { (0, 0, 0), (31, 1, 8), (7, 16, 31), (16, 31, 15), (9, 8, 23) })
            {
                var code = new Assembler();
                code.Vector(op, new Vec(to, bytes), new Vec(left, bytes), new Vec(right, bytes));
                Instruction read = Assert.Single(Disassembly.Of(code.Code));
                Assert.Equal(mnemonic, read.Mnemonic);
                Assert.Equal([Register(to, bytes), Register(left, bytes), Register(right, bytes)], new[] { read.Op0Register, read.Op1Register, read.Op2Register });
            }
    }

    [Theory, MemberData(nameof(Operations))]
    public void An_operation_on_memory_reads_back_with_its_place(string name, Mnemonic mnemonic)
    {
        VectorOp op = Operation(name);
        foreach (Gpr at in Enum.GetValues<Gpr>().Where(register => register is not (Gpr.Rsp or Gpr.R12)))
            foreach (int displacement in new[] { 0, 1, 64, 127 * 64, 128 * 64, -64, -130 * 64, 1 << 20 })
            {
                var code = new Assembler();
                code.Vector(op, new Vec(17), new Vec(30), new Mem(at, displacement));
                Instruction read = Assert.Single(Disassembly.Of(code.Code));
                Assert.Equal((mnemonic, Register(17, 64), Register(30, 64)), (read.Mnemonic, read.Op0Register, read.Op1Register));
                Assert.Equal(($"{at}".ToUpperInvariant(), (long)displacement), ($"{read.MemoryBase}".ToUpperInvariant(), (long)read.MemoryDisplacement64));
            }
    }

    [Fact]
    public void Moves_between_registers_and_memory_read_back_as_they_were_asked_for()
    {
        Check("vpbroadcastd zmm31, dword ptr [rax+0Ch]", code => code.Vector(VectorOp.BroadcastDword, new Vec(31), new Mem(Gpr.Rax, 12)));
        Check("vmovdqu32 zmm3, zmmword ptr [r9+80h]", code => code.Vector(VectorOp.Load, new Vec(3), new Mem(Gpr.R9, 128)));
        Check("vmovdqu32 ymmword ptr [rdx+3], ymm18", code => code.Vector(VectorOp.Store, new Vec(18, 32), new Mem(Gpr.Rdx, 3)));
        Check("vmovdqu8 xmmword ptr [rdx]{k1}, xmm2", code => code.Vector(VectorOp.StoreBytes, new Vec(2, 16), new Mem(Gpr.Rdx), mask: 1));
        Check("vmovdqa32 zmm1, zmm29", code => code.Vector(VectorOp.Move, new Vec(1), new Vec(29)));
        Check("vcvtdq2ps zmm1, zmm1", code => code.Vector(VectorOp.ConvertToFloat, new Vec(1), new Vec(1)));
        Check("vcvtps2dq ymm1, ymm1", code => code.Vector(VectorOp.ConvertToInt, new Vec(1, 32), new Vec(1, 32)));
        Check("vrndscaleps zmm20, zmm20, 8", code => code.Vector(VectorOp.Round, new Vec(20), new Vec(20), 8));
        Check("vaddps zmm1, zmm1, dword ptr [r10+300h]{1to16}", code => code.Vector(VectorOp.AddFloat, new Vec(1), new Vec(1), new Mem(Gpr.R10, 768, Broadcast: true)));
        Check("vpmovusdb xmmword ptr [rdx+10h]{k1}, zmm5", code => code.Vector(VectorOp.StoreAsBytes, new Vec(5), new Mem(Gpr.Rdx, 16), mask: 1));
        Check("vpmovusdb qword ptr [rdx+18h], ymm5", code => code.Vector(VectorOp.StoreAsBytes, new Vec(5, 32), new Mem(Gpr.Rdx, 24)));
        Check("vpmovzxbd zmm28, xmmword ptr [rbp+20h]", code => code.Vector(VectorOp.LoadBytesAsInts, new Vec(28), new Mem(Gpr.Rbp, 32)));
        Check("vextracti32x4 xmmword ptr [rdx+20h], zmm1, 2", code => code.Vector(VectorOp.StoreQuarter, new Vec(1), new Mem(Gpr.Rdx, 32), 2));
        Check("vextracti64x4 ymmword ptr [rdx+20h], zmm1, 1", code => code.Vector(VectorOp.StoreHalf, new Vec(1), new Mem(Gpr.Rdx, 32), 1));
    }

    [Fact]
    public void Instructions_on_general_registers_read_back_as_they_were_asked_for()
    {
        Check("mov r14, qword ptr [rax+28h]", code => code.Load(Gpr.R14, new Mem(Gpr.Rax, 40)));
        Check("prefetcht1 byte ptr [rbx+1000h]", code => code.Prefetch(new Mem(Gpr.Rbx, 4096)));
        Check("prefetcht1 byte ptr [r9+40h]", code => code.Prefetch(new Mem(Gpr.R9, 64)));
        Check("mov rbx, r8", code => code.Move(Gpr.Rbx, Gpr.R8));
        Check("mov r13, 7", code => code.Move(Gpr.R13, 7));
        Check("add r11, 0FFFFFFFFFFFFFFFEh", code => code.Add(Gpr.R11, -2));
        Check("add rax, rcx", code => code.AddRegister(Gpr.Rax, Gpr.Rcx));
        Check("push r15", code => code.Push(Gpr.R15));
        Check("pop rbp", code => code.Pop(Gpr.Rbp));
        Check("kmovw k1, eax", code => code.SetMask(1, Gpr.Rax));
        Check("vzeroupper", code => code.ZeroUpper());
        Check("ret", code => code.Return());

        var loop = new Assembler();
        loop.Align(32);
        int start = loop.Position;
        loop.DecrementAndLoop(Gpr.R11, start);
        List<Instruction> read = Disassembly.Of(loop.Code);
        Assert.Equal((Mnemonic.Dec, Iced.Intel.Register.R11, Mnemonic.Jne, (ulong)start), (read[^2].Mnemonic, read[^2].Op0Register, read[^1].Mnemonic, read[^1].NearBranchTarget));
    }

    [Fact]
    public void A_place_that_is_not_encoded_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Assembler().Load(Gpr.Rax, new Mem(Gpr.R12)));
        Assert.Throws<ArgumentException>(() => new Assembler().SetMask(1, Gpr.R9));
    }

    private static void Check(string expected, Action<Assembler> emit)
    {
        var code = new Assembler();
        emit(code);
        Assert.Equal(expected, Disassembly.Text(Assert.Single(Disassembly.Of(code.Code))));
    }

    private static VectorOp Operation(string name) => (VectorOp)typeof(VectorOp).GetField(name)!.GetValue(null)!;

    private static Register Register(int number, int bytes) => (bytes == 64 ? Iced.Intel.Register.ZMM0 : Iced.Intel.Register.YMM0) + number;
}
