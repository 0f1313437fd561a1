-- The hand-over once more, for a second tool that shares no line with the first: rumur, a checker for Murphi.
-- Every bucket has one record and its own register. Deletes are versions like any other here; tombstone collection, wipe,
-- erasure, sealing, forced failover and log positions are left to the TypeScript model. Rule names are the step names of both.

const
  Buckets: 2;
  Epochs: 4;   -- highest epoch
  Writes: 1;   -- writes on each side, all buckets together

type
  Bucket: 0 .. Buckets - 1;
  Epoch: 1 .. Epochs;
  -- 0 stands for "no version".
  VersionEpoch: 0 .. Epochs;
  Count: 0 .. 2 * Writes;
  Left: 0 .. Writes;
  Authority: enum { P, F, D };

var
  open: boolean;
  epoch: Epoch;
  pLeft: Left;
  fLeft: Left;

  -- Postgres
  pE: array [Bucket] of VersionEpoch;
  pN: array [Bucket] of Count;
  dirty: array [Bucket] of boolean;
  -- Forge: head, record, and whether its log holds something that has not come back
  hEpoch: array [Bucket] of Epoch;
  hAuth: array [Bucket] of Authority;
  fE: array [Bucket] of VersionEpoch;
  fN: array [Bucket] of Count;
  pending: array [Bucket] of boolean;
  -- the last version that an authority gave out
  trueE: array [Bucket] of VersionEpoch;
  trueN: array [Bucket] of Count;

  -- everything ever sent; nothing is taken out
  sends: array [Bucket] of array [Epoch] of array [VersionEpoch] of array [Count] of boolean;
  acknowledges: array [Bucket] of array [VersionEpoch] of array [Count] of boolean;
  reverses: array [Bucket] of array [VersionEpoch] of array [Count] of boolean;
  flips: array [Bucket] of array [Epoch] of boolean;
  turns: array [Bucket] of array [Epoch] of boolean;
  resumes: array [Bucket] of array [Epoch] of boolean;
  releases: array [Bucket] of array [Epoch] of array [Epoch] of boolean;
  raises: array [Bucket] of array [Epoch] of array [Epoch] of boolean;
  opens: array [Epoch] of boolean;

function isNewer(e: VersionEpoch; n: Count; e2: VersionEpoch; n2: Count): boolean;
begin
  return e > e2 | (e = e2 & n > n2);
end;

function highest(): Epoch;
var top: Epoch;
begin
  top := epoch;
  for b: Bucket do
    if hEpoch[b] > top then top := hEpoch[b]; end;
  end;
  return top;
end;

startstate
begin
  clear open; clear pE; clear pN; clear dirty; clear hAuth; clear fE; clear fN; clear pending;
  clear trueE; clear trueN; clear sends; clear acknowledges; clear reverses; clear flips;
  clear turns; clear resumes; clear releases; clear raises; clear opens; clear hEpoch;
  open := true;
  epoch := 1;
  pLeft := Writes;
  fLeft := Writes;
  for b: Bucket do
    hEpoch[b] := 1;
    hAuth[b] := P;
  end;
end;

-- users

ruleset b: Bucket do
  rule "write" open & pLeft > 0 ==> begin
    pLeft := pLeft - 1;
    pE[b] := epoch;
    pN[b] := pN[b] + 1;
    dirty[b] := true;
    trueE[b] := pE[b];
    trueN[b] := pN[b];
  end;

  rule "forgeWrite" hAuth[b] = F & fLeft > 0 ==> begin
    fLeft := fLeft - 1;
    fE[b] := hEpoch[b];
    fN[b] := fN[b] + 1;
    pending[b] := true;
    trueE[b] := fE[b];
    trueN[b] := fN[b];
  end;

-- replication

  rule "snapshot" dirty[b] ==> begin
    sends[b][epoch][pE[b]][pN[b]] := true;
  end;

  rule "readLog" hAuth[b] != P & pending[b] ==> begin
    reverses[b][fE[b]][fN[b]] := true;
  end;

  ruleset stamp: Epoch; e: VersionEpoch; n: Count do
    rule "send.arrives" sends[b][stamp][e][n] & hEpoch[b] = stamp & hAuth[b] = P ==> begin
      if isNewer(e, n, fE[b], fN[b]) then
        fE[b] := e;
        fN[b] := n;
      end;
      acknowledges[b][e][n] := true;
    end;
  end;

  ruleset e: VersionEpoch; n: Count do
    rule "acknowledge.arrives" acknowledges[b][e][n] & dirty[b] & pE[b] = e & pN[b] = n ==> begin
      dirty[b] := false;
    end;

    rule "reverse.arrives" reverses[b][e][n] & !open ==> begin
      if isNewer(e, n, pE[b], pN[b]) then
        pE[b] := e;
        pN[b] := n;
      end;
      if fE[b] = e & fN[b] = n then pending[b] := false; end;
    end;
  end;
end;

-- coordinators: any of these, at any time, by anybody

rule "close" open ==> begin
  open := false;
end;

-- without a word to Forge, while no flip of this epoch was ever made ready
rule "reopen" !open & forall b: Bucket do !flips[b][epoch] end ==> begin
  open := true;
end;

ruleset b: Bucket do
  rule "flip"
    !open & hAuth[b] = P & hEpoch[b] = epoch & epoch < Epochs & forall o: Bucket do !dirty[o] end
  ==> begin
    flips[b][epoch] := true;
  end;

  rule "turn" hAuth[b] = F & hEpoch[b] < Epochs ==> begin
    turns[b][hEpoch[b]] := true;
  end;

  rule "resume" hAuth[b] = D & hEpoch[b] < Epochs ==> begin
    resumes[b][hEpoch[b]] := true;
  end;

  ruleset t: Epoch do
    rule "release"
      hAuth[b] = D & !pending[b] & t > hEpoch[b] & (t = highest() | t = highest() + 1)
    ==> begin
      releases[b][hEpoch[b]][t] := true;
    end;

    rule "raise"
      hAuth[b] = P & t > hEpoch[b] & (t = highest() | t = highest() + 1)
    ==> begin
      raises[b][hEpoch[b]][t] := true;
    end;
  end;

  ruleset e: Epoch do
    rule "flip.arrives" flips[b][e] & hAuth[b] = P & hEpoch[b] = e ==> begin
      hAuth[b] := F;
      hEpoch[b] := e + 1;
    end;

    rule "turn.arrives" turns[b][e] & hAuth[b] = F & hEpoch[b] = e ==> begin
      hAuth[b] := D;
      hEpoch[b] := e + 1;
    end;

    rule "resume.arrives" resumes[b][e] & hAuth[b] = D & hEpoch[b] = e ==> begin
      hAuth[b] := F;
      hEpoch[b] := e + 1;
    end;

    ruleset t: Epoch do
      rule "release.arrives" releases[b][e][t] & hAuth[b] = D & hEpoch[b] = e ==> begin
        hAuth[b] := P;
        hEpoch[b] := t;
      end;

      rule "raise.arrives" raises[b][e][t] & hAuth[b] = P & hEpoch[b] = e ==> begin
        hEpoch[b] := t;
      end;
    end;
  end;
end;

ruleset t: Epoch do
  rule "observe" t > epoch & forall b: Bucket do hAuth[b] = P & hEpoch[b] = t end ==> begin
    opens[t] := true;
  end;

  rule "open.arrives" opens[t] & t > epoch ==> begin
    open := true;
    epoch := t;
  end;
end;

invariant "one authority" open -> forall b: Bucket do hAuth[b] = P end;

invariant "nothing is lost in Postgres"
  forall b: Bucket do hAuth[b] = P -> (pE[b] = trueE[b] & pN[b] = trueN[b]) end;

invariant "nothing is lost in Forge"
  forall b: Bucket do hAuth[b] != P -> (fE[b] = trueE[b] & fN[b] = trueN[b]) end;
